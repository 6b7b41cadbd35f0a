package safetensors_test

import (
	"encoding/binary"
	"runtime"
	"strings"
	"testing"

	"github.com/unfurl-rnn/unfurl/data/safetensors"
)

// TestHostileHeadersAllocateLittle: whatever a header claims, memory follows the bytes present.
func TestHostileHeadersAllocateLittle(t *testing.T) {
	long := binary.LittleEndian.AppendUint64(nil, 99_000_000)
	for name, file := range map[string][]byte{
		"length": long, "length beyond all": binary.LittleEndian.AppendUint64(nil, 1<<63),
		"shape":      raw(`{"a":{"dtype":"F64","shape":[1073741824,1073741824],"data_offsets":[0,8]}}`, 8),
		"offsets":    raw(`{"a":{"dtype":"F64","shape":[1073741824],"data_offsets":[0,8589934592]}}`, 8),
		"no data":    raw(`{"a":{"dtype":"F64","shape":[0,9223372036854775807],"data_offsets":[0,0]},"b":{"dtype":"F64","shape":[0],"data_offsets":[8,0]}}`, 0),
		"axes":       raw(`{"a":{"dtype":"F64","shape":[`+strings.Repeat("1,", 1<<16)+`1],"data_offsets":[0,0]}}`, 0),
		"names":      raw(`{`+strings.Repeat(`"a":{},`, 1<<14)+`"a":{}}`, 0),
		"nested":     raw(strings.Repeat(`{"a":`, 1<<16), 0),
		"metadata":   raw(`{"__metadata__":{`+strings.Repeat(`"a":"b",`, 1<<16)+`"a":1}}`, 0),
		"many empty": raw(`{"a":{"dtype":"F64","shape":[],"data_offsets":[0,0]`+strings.Repeat(`,"shape":[]`, 1<<16)+`}}`, 0),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := safetensors.Decode(file)
		runtime.ReadMemStats(&after)
		spent := after.TotalAlloc - before.TotalAlloc
		if most := uint64(1<<14 + 40*len(file)); err == nil || spent > most {
			t.Errorf("%s: %d bytes allocated for a file of %d, error %v", name, spent, len(file), err)
		}
	}
}
