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
// Many series of one file are read by [Scan], with the same rules.
//
// # Objects
//
// An object is CSV (its separator is told by the header line) or Parquet, plain or
// compressed by gzip or zstd. Format and compression are told by the first bytes,
// never by the name. Columns are found by name, in any order, and others are
// ignored. CSV is streamed.
//
// # Times
//
// A time is RFC 3339, or a date and a time of day, or a plain date, or a number
// since 1970 in seconds, milliseconds, microseconds or nanoseconds, told apart by
// magnitude, or an integer that numbers steps, or what demand.timeFormat says. In
// Parquet it may be a timestamp of any unit, a date, a number or a text. A time
// without a zone is read on the wall clock of demand.timezone if the policy names
// one, and is an error otherwise. Wall-clock times that happen twice when summer
// time ends are told apart by the order of the rows; those that never happen are
// an error.
//
// # Values
//
// A value is a finite number that is not negative. An empty cell, a null, NaN and
// an infinite value are missing measurements: the row is left out and counted. A
// number that can be read in two ways, such as 1.234 between semicolons, is an
// error unless demand.decimal says which is right. Anything else is an error that
// names the object, the line or row, and the column.
//
// # Rows of one time
//
// Inside an object they are put together as demand.across says, or have to repeat
// each other. Of several objects the one whose key sorts last counts.
//
// docs/reading.md tells operators the same.
package history
