package train

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/unfurl-rnn/unfurl/data/safetensors"
)

// Reseal corrects the checksum of a checkpoint, as somebody who knows the format could.
func Reseal(content []byte) []byte {
	file, err := safetensors.Decode(content)
	if err != nil {
		return content
	}
	claimed := file.Metadata[checksumKey]
	place := bytes.Index(content, []byte(claimed))
	if len(claimed) != 2*sha256.Size || place < 0 {
		return content
	}
	content = bytes.Clone(content)
	copy(content[place:], strings.Repeat("0", len(claimed)))
	sum := sha256.Sum256(content)
	hex.Encode(content[place:], sum[:])
	return content
}
