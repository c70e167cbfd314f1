/**
 * Whether `wire` is one whole frame of Zstandard and nothing after it (RFC 8878 §3.1.1). Node 22 and 24 give what they could
 * make of a truncated frame, and pass over what follows one, so its blocks are counted here: one step for each 128 kB.
 */
export function isWholeFrame(wire: Uint8Array): boolean {
  const frame = Buffer.from(wire.buffer, wire.byteOffset, wire.byteLength);
  if (frame.length < 5 || frame.readUInt32LE() !== MAGIC) return false;
  const descriptor = frame.readUInt8(4);
  let end = 5 + lengthOfRest(descriptor);
  for (let isLast = false; !isLast; ) {
    if (end + BLOCK_HEADER > frame.length) return false;
    const header = frame.readUIntLE(end, BLOCK_HEADER);
    isLast = (header & 1) === 1;
    const isRepeatedByte = ((header >> 1) & 3) === 1;
    end += BLOCK_HEADER + (isRepeatedByte ? 1 : header >> 3);
  }
  const checksum = (descriptor >> 2) & 1;
  return end + 4 * checksum === frame.length;
}

const MAGIC = 0xfd2fb528;
const BLOCK_HEADER = 3;

/** Of a header after its descriptor: the window, where the frame is no single segment, the dictionary's number, the size. */
function lengthOfRest(descriptor: number): number {
  const isSingleSegment = ((descriptor >> 5) & 1) === 1;
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const size = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  return (isSingleSegment ? 0 : 1) + dictionary + size;
}
