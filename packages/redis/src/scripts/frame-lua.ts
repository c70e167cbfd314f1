/**
 * The frame of docs/wire.md in Lua, as frame.ts is in TypeScript. `life` gives what an entry has left: fresh and in
 * all, in milliseconds, -1 for never. The key's own time to live says it, unless a lease had to outlive the entry: then
 * the frame does, for which a fresh deadline of 0 is never. A lease says itself until when it is held, so that a key
 * whose time to live somebody took away does not keep it.
 */
export const frameLua = `
local at
local function now()
  if not at then
    local t = redis.call('TIME')
    at = t[1] * 1000 + math.floor(t[2] / 1000)
  end
  return at
end
local function u48(n)
  if n < 0 or n >= 281474976710656 then n = 0 end
  return struct.pack('>I6', n)
end
local function parse(v)
  if #v < 2 or string.byte(v, 1) ~= 193 then return nil end
  local flags = string.byte(v, 2)
  if flags > 15 or flags > 7 and flags % 2 == 0 then return nil end
  local h, at = { absent = flags > 7 }, 3
  if flags % 2 == 1 then
    if #v < at + 17 then return nil end
    h.token, h.heldUntil, at = string.sub(v, at, at + 11), struct.unpack('>I6', v, at + 12), at + 18
  end
  if flags % 4 > 1 then
    if #v < at + 11 then return nil end
    h.staleFor, h.freshUntil, at = struct.unpack('>I6', v, at), struct.unpack('>I6', v, at + 6), at + 12
  end
  if flags % 8 > 3 then
    local n = #v > at and struct.unpack('>I2', v, at)
    if n then h.tags = string.sub(v, at + 2, at + 1 + n) end
    at = at + 2 + (n or 0)
  end
  h.body = at
  return h
end
local function header(k) return parse(redis.call('GETRANGE', k, 0, 33)) end
local function held(h) return h ~= nil and h.token ~= nil and h.heldUntil > now() end
local function life(h, p)
  if not h or not h.staleFor then return p, p end
  if h.token and h.freshUntil == 0 or not h.token and p == -1 then return -1, -1 end
  local fresh = h.token and h.freshUntil - now() or p - h.staleFor
  local left = fresh + h.staleFor
  if fresh == -1 then fresh = 0 end
  if left == -1 then left = 0 end
  return fresh, left
end
local function gone(left) return left ~= -1 and left <= 0 end
local function frame(h, body)
  local flags, parts = 0, ''
  if h.token then flags, parts = 1, h.token .. u48(h.heldUntil) end
  if h.staleFor then flags, parts = flags + 2, parts .. u48(h.staleFor) .. u48(h.freshUntil) end
  if h.tags then flags, parts = flags + 4, parts .. struct.pack('>I2', #h.tags) .. h.tags end
  if h.absent then flags = flags + 8 end
  if flags == 0 and string.byte(body, 1) ~= 193 then return body end
  return string.char(193, flags) .. parts .. body
end
local function wake(k) redis.pcall('PUBLISH', '\\0wake', k) end
local function endLease(k, h)
  if h.absent then redis.call('UNLINK', k) return end
  local v, p = redis.call('GET', k), redis.call('PTTL', k)
  local full = parse(v)
  local _, left = life(full, p)
  if gone(left) then redis.call('UNLINK', k) return end
  full.token = nil
  redis.call('SET', k, frame(full, string.sub(v, full.body)), 'KEEPTTL')
  if left ~= p then if left == -1 then redis.call('PERSIST', k) else redis.call('PEXPIRE', k, left) end end
end
`;
