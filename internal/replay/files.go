package main

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
)

// pictureSide is the width and the height of the pictures that are made;
// recordings do not tell those of the pictures that were sent.
const pictureSide = 24

// signatures are the first bytes by which the server knows a type.
var signatures = map[string]string{
	"image/png":       "\x89PNG\r\n\x1a\n" + pngHeader(),
	"image/jpeg":      "\xff\xd8\xff\xc0\x00\x11\x08\x00\x18\x00\x18\x03\x01\x11\x00\x02\x11\x00\x03\x11\x00\xff\xda",
	"image/gif":       "GIF89a\x18\x00\x18\x00\x00\x00\x00",
	"application/pdf": "%PDF-1.4\n",
	"audio/mpeg":      "ID3\x03",
	"audio/ogg":       "OggS",
	"video/mp4":       "\x00\x00\x00\x18ftypmp42",
}

// fileBytes makes a file of a size that looks like its type.
func fileBytes(contentType string, size int) []byte {
	out := bytes.Repeat([]byte("x"), size)
	copy(out, signatures[contentType])
	return out
}

// pngHeader is the chunk that tells the size of a picture.
func pngHeader() string {
	chunk := []byte("IHDR")
	chunk = binary.BigEndian.AppendUint32(chunk, pictureSide)
	chunk = binary.BigEndian.AppendUint32(chunk, pictureSide)
	chunk = append(chunk, 8, 2, 0, 0, 0)
	out := binary.BigEndian.AppendUint32(nil, uint32(len(chunk)-len("IHDR")))
	out = append(out, chunk...)
	return string(binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(chunk)))
}
