// Package tensorboard writes scalars as a TensorBoard event file.
//
// An event file is a sequence of records, each with a checksum of its own (CRC-32C, rotated and shifted, so that
// checksums of data that holds checksums stay sound):
//
//	length    uint64, little endian
//	checksum  uint32 of the eight bytes of the length
//	data      an Event as a protocol buffer
//	checksum  uint32 of the data
//
// The first Event names the version of the format, the others carry a step, a wall time and scalars. A reader that
// follows a growing file takes up whole records only, so every record is handed over in a single write.
//
// Source: tensorflow/core/lib/io/record_writer.cc, tensorflow/core/util/event.proto, tensorflow/core/framework/summary.proto.
package tensorboard
