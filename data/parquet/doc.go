// Package parquet writes tables as Apache Parquet files, which pandas, Polars, DuckDB, R and Spark read.
//
// A [Table] is a list of named [Column]s of one type each, written in their order, none of them nullable. Writing is
// deterministic: the same table gives the same bytes. Floats are stored by the place of their bytes
// (BYTE_STREAM_SPLIT), integers by their differences, texts by a dictionary; pages are compressed with Zstandard.
//
// Source: https://github.com/apache/parquet-format, Encodings.md.
package parquet
