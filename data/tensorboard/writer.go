package tensorboard

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"time"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
)

// Scalar is one number under a name; a slash in the name makes a group.
type Scalar struct {
	Tag   string
	Value float64 // rounded to float32, which is all that the format holds
}

// Writer writes events. It is not safe for concurrent use.
type Writer struct{ w io.Writer }

// fileVersion is the content of the first event.
const fileVersion = "brain.Event:2"

// Numbers of the fields of the messages Event, SessionLog, Summary and Summary.Value.
const (
	eventWallTime    = 1
	eventStep        = 2
	eventFileVersion = 3
	eventSummary     = 5
	eventSessionLog  = 7

	sessionStatus = 1
	sessionStart  = 1 // a value of the status

	summaryValue = 1
	valueTag     = 1
	valueSimple  = 2
)

// NewWriter returns a writer after it has written the event that starts a file.
func NewWriter(w io.Writer, now time.Time) (*Writer, error) {
	writer := &Writer{w}
	event := appendEvent(nil, now, 0)
	event = protowire.AppendTag(event, eventFileVersion, protowire.BytesType)
	return writer, writer.record(protowire.AppendString(event, fileVersion))
}

// Restart tells readers that whatever other files in the folder hold from this step on is void, because a run was
// resumed from before it.
func (w *Writer) Restart(now time.Time, step int64) error {
	session := protowire.AppendVarint(protowire.AppendTag(nil, sessionStatus, protowire.VarintType), sessionStart)
	event := protowire.AppendTag(appendEvent(nil, now, step), eventSessionLog, protowire.BytesType)
	return w.record(protowire.AppendBytes(event, session))
}

// Write writes the scalars of a step as one event.
//
// Errors: a tag that is empty or not UTF-8; errors of the underlying writer.
func (w *Writer) Write(now time.Time, step int64, scalars []Scalar) error {
	var summary []byte
	for _, scalar := range scalars {
		if scalar.Tag == "" || !utf8.ValidString(scalar.Tag) {
			return fmt.Errorf("tensorboard: %q cannot name a scalar; use another tag, in UTF-8", scalar.Tag)
		}
		value := protowire.AppendString(protowire.AppendTag(nil, valueTag, protowire.BytesType), scalar.Tag)
		value = protowire.AppendTag(value, valueSimple, protowire.Fixed32Type)
		value = protowire.AppendFixed32(value, math.Float32bits(float32(scalar.Value)))
		summary = protowire.AppendBytes(protowire.AppendTag(summary, summaryValue, protowire.BytesType), value)
	}
	event := protowire.AppendTag(appendEvent(nil, now, step), eventSummary, protowire.BytesType)
	return w.record(protowire.AppendBytes(event, summary))
}

// appendEvent appends the fields that every event has.
func appendEvent(event []byte, now time.Time, step int64) []byte {
	seconds := float64(now.UnixMicro()) / 1e6
	event = protowire.AppendFixed64(protowire.AppendTag(event, eventWallTime, protowire.Fixed64Type), math.Float64bits(seconds))
	if step == 0 {
		return event // as a serialiser leaves out what is zero
	}
	return protowire.AppendVarint(protowire.AppendTag(event, eventStep, protowire.VarintType), uint64(step))
}

// record writes one record in a single call.
func (w *Writer) record(data []byte) error {
	framed := binary.LittleEndian.AppendUint64(nil, uint64(len(data)))
	framed = binary.LittleEndian.AppendUint32(framed, maskedChecksum(framed))
	framed = append(framed, data...)
	framed = binary.LittleEndian.AppendUint32(framed, maskedChecksum(data))
	if _, err := w.w.Write(framed); err != nil {
		return fmt.Errorf("tensorboard: write: %w", err)
	}
	return nil
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// maskedChecksum returns the CRC-32C of data, rotated right by 15 bits, plus a constant.
func maskedChecksum(data []byte) uint32 {
	checksum := crc32.Checksum(data, castagnoli)
	return (checksum>>15 | checksum<<17) + 0xa282ead8
}

// FileName returns the name under which TensorBoard finds an event file: it has to contain "tfevents", and files of one
// folder are read in the order of their names.
func FileName(now time.Time, label string) string {
	return fmt.Sprintf("events.out.tfevents.%010d.%09d.%s", now.Unix(), now.Nanosecond(), label)
}
