// Package history reads the load that was measured: objects of CSV or Parquet
// become rows, the rows of many objects become one Arrow [Table], and a table
// becomes a [capacity.Series] at equal steps. It is the only package that
// knows Arrow.
//
// A [Source] does the first two for one kind of place (a bucket, a folder),
// with [IsData], [Read] and [Merge]; [Encode] and [Decode] keep a table as
// bytes that are always the same for the same table, so that it can be stored
// under the hash of its content; [ToSeries] is what models are given.
//
// # Objects
//
// An object is CSV (comma, semicolon or tab, told by the header line) or
// Parquet, plain or compressed by gzip or zstd. Format and compression are
// told by the first bytes, never by the name. Columns are found by name, in
// any order, and others are ignored. One object or many, it makes no
// difference; each measurement is one row, and there is one row per time.
//
// # Times
//
// A time is RFC 3339, or a date and a time of day separated by a space or a T,
// with or without seconds, fraction and offset, or a plain date, or a number
// since 1970 in seconds, milliseconds, microseconds or nanoseconds, told apart
// by magnitude. In Parquet it may be a timestamp of any unit, a date, a number
// or a text. A time without a zone is read on the wall clock of
// demand.timezone if the policy names one, and is an error otherwise: nobody
// should have to find out in production that a day was shifted. Wall-clock
// times that happen twice when summer time ends cannot be told apart; write
// offsets where that hour matters.
//
// # Values
//
// A value is a finite number that is not negative. An empty cell, a null and
// NaN are missing measurements: the row is left out and counted. Anything else
// is an error that names the object, the line or row group, and the column.
package history
