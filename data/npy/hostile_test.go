package npy_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"runtime"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/data/npy"
)

// allocated returns the bytes that a call allocates.
func allocated(call func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	call()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// plainFile returns an .npy file of bytes with any shape in its header.
func plainFile(shape string, body []byte) []byte {
	header := fmt.Sprintf("{'descr': '|u1', 'fortran_order': False, 'shape': (%s), }\n", shape)
	file := append([]byte("\x93NUMPY\x01\x00"), binary.LittleEndian.AppendUint16(nil, uint16(len(header)))...)
	return append(append(file, header...), body...)
}

// archive returns an .npz file of one entry, whose directory entry claim can change.
func archive(t testing.TB, content []byte, claim func(*zip.FileHeader)) []byte {
	t.Helper()
	var packed bytes.Buffer
	packer, err := flate.NewWriter(&packed, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	packer.Write(content)
	if err := packer.Close(); err != nil {
		t.Fatal(err)
	}
	header := &zip.FileHeader{
		Name: "x.npy", Method: zip.Deflate, CRC32: crc32.ChecksumIEEE(content),
		CompressedSize64: uint64(packed.Len()), UncompressedSize64: uint64(len(content)),
	}
	if claim != nil {
		claim(header)
	}
	var file bytes.Buffer
	writer := zip.NewWriter(&file)
	entry, err := writer.CreateRaw(header)
	if err != nil {
		t.Fatal(err)
	}
	entry.Write(packed.Bytes())
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// TestHostileFilesAllocateLittle: whatever headers claim, memory follows the bytes present: at most 1 MiB plus 100 times the
// archive, with each array counted twice, as bytes and as numbers.
func TestHostileFilesAllocateLittle(t *testing.T) {
	const deflateBomb = 64 << 20
	bomb := plainFile(fmt.Sprint(deflateBomb), make([]byte, deflateBomb))
	for name, test := range map[string]struct {
		file  []byte
		least uint64 // bytes that may be allocated
		want  string
	}{
		"a deflate bomb":             {archive(t, bomb, nil), 1 << 16, "more than 100 times as large as the file"},
		"a bomb that claims little":  {archive(t, bomb, func(h *zip.FileHeader) { h.UncompressedSize64 = 1 << 20 }), 3 << 20, "more elements than there is room for"},
		"more than deflate can give": {archive(t, plainFile("1", []byte{0}), func(h *zip.FileHeader) { h.UncompressedSize64 = 1 << 20 }), 1 << 16, "cannot hold the 1048576"},
		"a shape without its bytes":  {archive(t, plainFile("1073741824", make([]byte, 1<<19)), nil), 1 << 18, "more elements than there is room for"},
		"a claim beyond its stream":  {archive(t, plainFile("99900", make([]byte, 99000)), func(h *zip.FileHeader) { h.UncompressedSize64 += 900 }), 1 << 19, "unexpected EOF"},
		"a stream beyond its claim":  {archive(t, plainFile("99000", make([]byte, 99900)), func(h *zip.FileHeader) { h.UncompressedSize64 -= 900 }), 1 << 19, "not a valid zip file"},
		"stored, of another size": {archive(t, plainFile("1", []byte{0}), func(h *zip.FileHeader) {
			h.Method, h.UncompressedSize64 = zip.Store, 1<<40
		}), 1 << 16, "cannot hold"},
		"many axes": {archive(t, plainFile(strings.Repeat("1,", 8000), []byte{0}), nil), 1 << 18, `bad value of key "shape"`},
	} {
		var err error
		spent := allocated(func() { _, err = npy.DecodeArchive(bytes.NewReader(test.file), int64(len(test.file))) })
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
		if spent > test.least {
			t.Errorf("%s: %d bytes allocated for a file of %d", name, spent, len(test.file))
		}
	}
	for name, file := range map[string][]byte{
		"a long header": append([]byte("\x93NUMPY\x02\x00\x00\x00\x10\x00"), bytes.Repeat([]byte{' '}, 1<<20)...),
		"a huge shape":  plainFile("4611686018427387904, 4611686018427387904", nil),
		"many axes":     plainFile(strings.Repeat("1,", 8000), []byte{0}),
	} {
		var err error
		if spent := allocated(func() { _, err = npy.Decode(file) }); err == nil || spent > 1<<17 {
			t.Errorf("%s: %d bytes allocated for a file of %d, error %v", name, spent, len(file), err)
		}
	}
}

// TestWellCompressedArchive: real archives of NumPy users are read, such as labels that deflate compresses a thousandfold.
func TestWellCompressedArchive(t *testing.T) {
	labels := plainFile("900000", make([]byte, 900000))
	file := archive(t, labels, nil)
	arrays, err := npy.DecodeArchive(bytes.NewReader(file), int64(len(file)))
	if err != nil || len(arrays["x"].Uint8) != 900000 {
		t.Errorf("%d labels of a file of %d bytes: %v", len(arrays["x"].Uint8), len(file), err)
	}
	file[len(file)/2] ^= 1 // a flipped bit, detected at the end at the latest
	if _, err := npy.DecodeArchive(bytes.NewReader(file), int64(len(file))); !errors.Is(err, npy.ErrArchive) {
		t.Errorf("a flipped bit: %v", err)
	}
}
