import { frameLua } from './frame-lua.ts';
import { type Script, script } from './script.ts';
import { isBytes, isNothing, isNumber, listOf, oneOf, tuple } from './shape.ts';
import { tagsLua } from './tags-lua.ts';

// Every script declares the key of the entry, and on one server also the log and the tags' keys: on a cluster those are
// on another node, and what a script cannot look up there it gets told or gives back. `here` ("1" or "0") says which.

/** State, value, fresh, left; when granted on one server, the epoch and the position of its log follow. */
export type Granting = [number, Buffer | null, number, number];

/**
 * KEYS entry. ARGV here. Gives value, fresh, left; or false. Absent entries are false, leases are taken off.
 * A value without a frame is given before the functions for frames are even made, which cost more than all the rest.
 */
export const readScript: Script<[Buffer, number, number] | null> = script(
  'read',
  oneOf(tuple<[Buffer, number, number]>(isBytes, isNumber, isNumber), isNothing),
  `
local v = redis.call('GET', KEYS[1])
if not v then return false end
local p = redis.call('PTTL', KEYS[1])
if string.byte(v, 1) ~= 193 then return { v, p, p } end`,
  frameLua,
  tagsLua,
  `
local h = parse(v)
if not h then return { v, p, p } end
if h.absent then return false end
local fresh, left = life(h, p)
if gone(left) then return false end
if h.tags and ARGV[1] == '1' and not alive(h.tags) then return false end
return { v, fresh, left }`,
);

/** KEYS entry. ARGV here. Gives fresh (-2: absent) and the tags to check, which are empty on one server. */
export const peekScript: Script<[number, Buffer]> = script(
  'peek',
  tuple<[number, Buffer]>(isNumber, isBytes),
  frameLua,
  tagsLua,
  `
local p = redis.call('PTTL', KEYS[1])
if p == -2 then return { -2, '' } end
local h = header(KEYS[1])
if not h then return { p, '' } end
if h.absent then return { -2, '' } end
local fresh, left = life(h, p)
if gone(left) then return { -2, '' } end
if not h.tags then return { fresh, '' } end
h = parse(redis.call('GET', KEYS[1]))
if ARGV[1] == '1' then return { alive(h.tags) and fresh or -2, '' } end
return { fresh, h.tags }`,
);

/**
 * KEYS entry [log tagKey…]. ARGV mode (any | nx | lease), token, epoch, position, staleFor, px (-1: never), notAfter or nothing,
 * body, mint, tags as they are framed, tags known to be dead, here, tag…
 * Gives 1: stored. 0: refused. -1: too late. A string: these tags of the entry in the way have to be checked.
 */
export const putScript: Script<number | Buffer> = script(
  'put',
  oneOf(isNumber, isBytes),
  frameLua,
  tagsLua,
  `
local k, mode = KEYS[1], ARGV[1]
local staleFor, px = tonumber(ARGV[5]), tonumber(ARGV[6])
if ARGV[7] ~= '' and now() > tonumber(ARGV[7]) then return -1 end
local h
if mode == 'nx' then
  local v = redis.call('GET', k)
  h = v and parse(v)
  if v and not h then return 0 end
  if h and not h.absent then
    local fresh = life(h, redis.call('PTTL', k))
    if fresh == -1 or fresh > 0 then
      if not h.tags then return 0 end
      if h.tags ~= ARGV[11] then
        if ARGV[12] ~= '1' then return h.tags end
        if alive(h.tags) then return 0 end
      end
    end
  end
else
  local start = redis.pcall('GETRANGE', k, 0, 33)
  h = type(start) == 'string' and parse(start) or nil
  if mode == 'lease' and not (held(h) and h.token == ARGV[2]) then return 0 end
end
local new = {}
if #KEYS > 1 then
  if mode == 'lease' and overtaken(KEYS[2], ARGV[3], tonumber(ARGV[4]), ARGV, 13) then
    endLease(k, h)
    wake(k)
    return 0
  end
  new.tags = versions(KEYS, 3, ARGV, 13, ARGV[9], px)
elseif ARGV[10] ~= '' then new.tags = ARGV[10] end
if staleFor > 0 then
  new.staleFor, new.freshUntil = staleFor, px == -1 and 0 or now() + px - staleFor
end
local value = frame(new, ARGV[8])
if px == -1 then redis.call('SET', k, value) else redis.call('SET', k, value, 'PX', px) end
if h and h.token then wake(k) end
return 1`,
);

/**
 * The tags' part of a write on a cluster. KEYS log tagKey…. ARGV mode, epoch, position, life (-1: never), mint, tag…
 * Gives the tags as they are framed, or false where an invalidation has overtaken the lease.
 */
export const versionsScript: Script<Buffer | null> = script(
  'versions',
  oneOf(isBytes, isNothing),
  tagsLua,
  `
if ARGV[1] == 'lease' and overtaken(KEYS[1], ARGV[2], tonumber(ARGV[3]), ARGV, 6) then return false end
return versions(KEYS, 2, ARGV, 6, ARGV[5], tonumber(ARGV[4]))`,
);

/** KEYS tagKey…. ARGV life (-1: never). The tags of an entry live as long as the entry. */
export const outliveScript: Script<number> = script(
  'outlive',
  isNumber,
  tagsLua,
  `
for _, k in ipairs(KEYS) do outlive(k, tonumber(ARGV[1])) end
return 1`,
);

/** KEYS entry…. Gives 1 for each entry removed, 0 for each that was absent. */
export const deleteScript: Script<number[]> = script(
  'delete',
  listOf(isNumber),
  frameLua,
  `
local removed = {}
for i, k in ipairs(KEYS) do
  local start = redis.pcall('GETRANGE', k, 0, 33)
  local h = type(start) == 'string' and parse(start) or nil
  local there = 1
  if h then
    local _, left = life(h, redis.call('PTTL', k))
    if h.absent or gone(left) then there = 0 end
  end
  removed[i] = redis.call('UNLINK', k) * there
  if h and h.token then wake(k) end
end
return removed`,
);

/** KEYS entry. ARGV ttl (-1: never). Gives 0: absent. 1: moved. A string: moved, and these tags have to live as long. */
export const expireScript: Script<number | Buffer> = script(
  'expire',
  oneOf(isNumber, isBytes),
  frameLua,
  `
local k, ttl = KEYS[1], tonumber(ARGV[1])
local p = redis.call('PTTL', k)
if p == -2 then return 0 end
local h = header(k)
if h then
  local _, left = life(h, p)
  if h.absent or gone(left) then return 0 end
  if h.token then endLease(k, h) wake(k) end
end
local staleFor = h and h.staleFor or 0
if ttl == -1 then redis.call('PERSIST', k) else redis.call('PEXPIRE', k, ttl + staleFor) end
if h and h.staleFor then
  redis.call('SETRANGE', k, 8, u48(ttl == -1 and 0 or now() + ttl))
end
if h and h.tags then return parse(redis.call('GET', k)).tags end
return 1`,
);

/**
 * KEYS entry [log]. ARGV token, ttl, ifFreshFor, epoch should there be none, tags known to be dead, here.
 * Gives state (0: not granted, 1: granted, 2: somebody holds it), value or false, fresh, left, epoch, position.
 */
export const acquireScript: Script<Granting> = script(
  'acquire',
  tuple<Granting>(isNumber, oneOf(isBytes, isNothing), isNumber, isNumber),
  frameLua,
  tagsLua,
  `
local k, token, ttl, over = KEYS[1], ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local function granted(v, fresh, left)
  if not KEYS[2] then return { 1, v, fresh, left, '', 0 } end
  local epoch, n = position(KEYS[2], ARGV[4])
  return { 1, v, fresh, left, epoch, n }
end
local v = redis.call('GET', k)
local h = v and parse(v) or nil
if v and not (h and h.absent) then
  local fresh, left = life(h, redis.call('PTTL', k))
  local there = not gone(left)
  if over == 1e18 and string.byte(v, 1) == 193 and (not h or #v < h.body - 1) then there = false end
  if there and h and h.tags then there = h.tags ~= ARGV[5] and (ARGV[6] ~= '1' or alive(h.tags)) end
  if there then
    if fresh == -1 and over < 1e18 or fresh > over then return { 0, v, fresh, left } end
    if held(h) then return { 2, v, fresh, left } end
    local new, body = h or {}, h and string.sub(v, h.body) or v
    new.token, new.heldUntil = token, now() + ttl
    local short = left ~= -1 and left <= ttl
    if short and not new.staleFor then new.staleFor, new.freshUntil = 0, now() + left end
    if new.staleFor and left ~= -1 then new.freshUntil = now() + fresh end
    if short then redis.call('SET', k, frame(new, body), 'PX', ttl) else redis.call('SET', k, frame(new, body), 'KEEPTTL') end
    return granted(v, fresh, left)
  end
end
if held(h) then return { 2, false, -2, -2 } end
redis.call('SET', k, frame({ absent = true, token = token, heldUntil = now() + ttl }, ''), 'PX', ttl)
return granted(false, -2, -2)`,
);

/** KEYS log. ARGV epoch should there be none. Gives epoch and position. */
export const positionScript: Script<[Buffer, number]> = script(
  'position',
  tuple<[Buffer, number]>(isBytes, isNumber),
  tagsLua,
  'return { position(KEYS[1], ARGV[1]) }',
);

/** KEYS entry. ARGV token, ttl. Gives whether the lease still held. */
export const renewScript: Script<number> = script(
  'renew',
  isNumber,
  frameLua,
  `
local k, ttl = KEYS[1], tonumber(ARGV[2])
local h = header(k)
if not (held(h) and h.token == ARGV[1]) then return 0 end
local p = redis.call('PTTL', k)
if not h.absent and not h.staleFor and p ~= -1 and p <= ttl then
  local v = redis.call('GET', k)
  h = parse(v)
  h.heldUntil, h.staleFor, h.freshUntil = now() + ttl, 0, now() + p
  redis.call('SET', k, frame(h, string.sub(v, h.body)), 'PX', ttl)
  return 1
end
redis.call('SETRANGE', k, 14, u48(now() + ttl))
if p < ttl and (h.absent or p ~= -1) then redis.call('PEXPIRE', k, ttl) end
return 1`,
);

/** KEYS entry. ARGV token. Ends the lease if it holds. */
export const releaseScript: Script<number> = script(
  'release',
  isNumber,
  frameLua,
  `
local h = header(KEYS[1])
if not (held(h) and h.token == ARGV[1]) then return 0 end
endLease(KEYS[1], h)
wake(KEYS[1])
return 1`,
);

/** KEYS log tagKey…. ARGV epoch should there be none, tag…. Removes the versions and puts the tags on the log, which stays short. */
export const invalidateScript: Script<number> = script(
  'invalidate',
  isNumber,
  tagsLua,
  `
local log = KEYS[1]
local epoch, n = position(log, ARGV[1])
for i = 2, #ARGV do
  redis.call('ZADD', log, n + 1, ARGV[i])
  redis.call('UNLINK', KEYS[i])
end
local size = redis.call('ZCARD', log)
if size > 11000 then
  local last = size - 10001
  local floor = redis.call('ZRANGE', log, last, last, 'WITHSCORES')[2]
  redis.call('ZREMRANGEBYRANK', log, 0, last)
  redis.call('ZADD', log, floor, '\\0' .. epoch)
end
return n + 1`,
);
