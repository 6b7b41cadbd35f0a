package tensorboard_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/unfurl-rnn/unfurl/data/tensorboard"
)

// reference is what RecordWriter of TensorBoard 2.21.0 wrote for the same four events, serialised by its own Event class.
const reference = "1800000000000000a37f4b220900001040fc54d9411a0d627261696e2e4576656e743a32338d2fe9" +
	"0f000000000000006d532b090900006040fc54d94110033a020801def3ff5b" +
	"36000000000000004f578cef0900008040fc54d94110032a290a160a0f6c6f73732f76616c69646174696f6e150000003e" +
	"0a0f0a08616363757261637915cdcccc3d3ec2d898"

func TestWriterAgreesWithTensorBoard(t *testing.T) {
	var file bytes.Buffer
	start := time.Unix(1700000000, 0)
	writer, err := tensorboard.NewWriter(&file, start.Add(250*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	if err := writer.Restart(start.Add(1500*time.Millisecond), 3); err != nil {
		t.Fatal(err)
	}
	if err := writer.Write(start.Add(2*time.Second), 3, []tensorboard.Scalar{{"loss/validation", 0.125}, {"accuracy", 0.1}}); err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(file.Bytes()); got != reference {
		t.Errorf("the file is\n%s, want\n%s", got, reference)
	}
}

// calls counts writes and fails from one on.
type calls struct{ made, failing int }

func (c *calls) Write(p []byte) (int, error) {
	c.made++
	if c.made >= c.failing {
		return 0, errFull
	}
	return len(p), nil
}

var errFull = errors.New("full")

func TestWriterHandsOverWholeRecords(t *testing.T) {
	underlying := &calls{failing: 3}
	now := time.Unix(1, 0)
	writer, err := tensorboard.NewWriter(underlying, now)
	if err != nil {
		t.Fatal(err)
	}
	if err := writer.Write(now, 1, []tensorboard.Scalar{{"a", 1}, {"b", 2}}); err != nil || underlying.made != 2 {
		t.Errorf("%d calls, %v; want one call a record", underlying.made, err)
	}
	if err := writer.Restart(now, 1); !errors.Is(err, errFull) {
		t.Errorf("error %v, want the one of the underlying writer", err)
	}
	if err := writer.Write(now, 1, []tensorboard.Scalar{{"\xff", 1}}); err == nil || !strings.Contains(err.Error(), "use another tag") {
		t.Errorf("a tag that is not UTF-8: %v", err)
	}
}

func TestFileNamesSortByTime(t *testing.T) {
	early := tensorboard.FileName(time.Unix(999_999_999, 999_999_999), "unfurl")
	late := tensorboard.FileName(time.Unix(1_000_000_000, 1), "unfurl")
	if !strings.HasPrefix(early, "events.out.tfevents.") || early >= late {
		t.Errorf("%s, %s", early, late)
	}
}
