/**
 * Tags in Lua. A tag's key holds a random version; an entry carries the versions its tags had. An invalidation removes
 * the key, and so does an eviction: both leave entries whose version is missing, which are absent. No clock, no counter
 * that could start again, no list of members. An entry whose tags are damaged is there, as any that cannot be read: who
 * reads it is told.
 *
 * The log of recent invalidations is a sorted set from tag to position. Its first member is U+0000 and the log's epoch,
 * scored with the position up to which the log forgot. A lease remembers epoch and position; a fill under it is refused
 * when one of its tags came later, or when the log cannot tell any more.
 */
export const tagsLua = `
local function alive(tags)
  local ok, at = true, 1
  while at <= #tags do
    local n = at < #tags and struct.unpack('>I2', tags, at) or 65536
    if at + 9 + n > #tags then return true end
    local version = string.sub(tags, at + 2 + n, at + 9 + n)
    if ok and redis.call('GET', '\\0{tags}:' .. string.sub(tags, at + 2, at + 1 + n)) ~= version then ok = false end
    at = at + 10 + n
  end
  return ok
end
local function position(log, epoch)
  local last = redis.call('ZREVRANGE', log, 0, 0, 'WITHSCORES')
  if not last[1] then
    redis.call('ZADD', log, 0, '\\0' .. epoch)
    return epoch, 0
  end
  local first = last[1]
  if string.byte(first, 1) ~= 0 then first = redis.call('ZRANGE', log, 0, 0)[1] end
  return string.sub(first, 2), tonumber(last[2])
end
local function overtaken(log, epoch, n, tags, from)
  local first = redis.call('ZRANGE', log, 0, 0, 'WITHSCORES')
  if first[1] ~= '\\0' .. epoch or tonumber(first[2]) > n then return true end
  for i = from, #tags do
    local at = redis.call('ZSCORE', log, tags[i])
    if at and tonumber(at) > n then return true end
  end
  return false
end
local function outlive(k, life)
  local p = redis.call('PTTL', k)
  if p == -1 or p == -2 then return end
  if life == -1 then redis.call('PERSIST', k) elseif p < life then redis.call('PEXPIRE', k, 2 * life + 3600000) end
end
local function versions(keys, firstKey, tags, firstTag, mint, life)
  local parts = {}
  for i = firstTag, #tags do
    local k = keys[firstKey + i - firstTag]
    local version = redis.call('GET', k)
    if version then outlive(k, life)
    else
      version = mint
      if life == -1 then redis.call('SET', k, mint) else redis.call('SET', k, mint, 'PX', 2 * life + 3600000) end
    end
    parts[#parts + 1] = struct.pack('>I2', #tags[i]) .. tags[i] .. version
  end
  return table.concat(parts)
end
`;
