package run

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// Owner names a process that claims something, such as a run. It is the content of a claim: see [Claims].
type Owner struct {
	Host    string `json:"host"`
	Process int    `json:"process"`
	// Space names the process table that Process belongs to, and Birth tells processes of the same number apart;
	// empty where the system does not provide them.
	Space string `json:"space,omitempty"`
	Birth string `json:"birth,omitempty"`
	// Nonce is a random number.
	Nonce string `json:"nonce"`
	// Patience is how long the owner's beat must stand still before it is taken for dead.
	Patience time.Duration `json:"patience_ns"`
}

// NewOwner returns this process under a new random number.
func NewOwner(patience time.Duration) Owner {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	process := os.Getpid()
	return Owner{
		Host: host, Process: process, Space: processSpace(), Birth: processBirth(process), Nonce: Nonce(), Patience: patience,
	}
}

// Nonce returns 16 random hexadecimal digits. They name files and enter no result.
func Nonce() string {
	var random [8]byte
	rand.Read(random[:]) // never fails
	return hex.EncodeToString(random[:])
}

func (o Owner) String() string {
	if o.Host == "" {
		return "an unknown process, since the claim cannot be read"
	}
	return fmt.Sprintf("%s, process %d", o.Host, o.Process)
}

func (o Owner) encode() []byte {
	text, err := json.Marshal(o)
	if err != nil {
		panic(err) // texts and numbers
	}
	return append(text, '\n')
}

// IsDead reports whether the owner is known to have ended: a process of this system that no longer exists.
func (o Owner) IsDead() bool {
	return o.isHere() && !processLives(o.Process, o.Birth)
}

// isHere reports whether the owner, if it lives, is in this system's table of processes.
func (o Owner) isHere() bool {
	host, err := os.Hostname()
	return err == nil && o.Host == host && o.Space != "" && o.Space == processSpace()
}

// readOwner reads a claim. A claim that cannot be read has the zero Owner.
func readOwner(path string) Owner {
	var owner Owner
	text, err := os.ReadFile(path)
	if err != nil || json.Unmarshal(text, &owner) != nil {
		return Owner{}
	}
	return owner
}
