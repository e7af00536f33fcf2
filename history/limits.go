package history

import "cmp"

// Limits protect a process from objects that are larger than they look. The
// zero Limits are the defaults.
type Limits struct {
	Object   int64 // bytes of one object that is held in memory as it is stored; 0 means 128 MiB
	Unpacked int64 // bytes of one object once decompressed; 0 means 2 GiB
	Parquet  int64 // bytes of memory for decoding one object of Parquet; 0 means 192 MiB
	Rows     int   // measurements of one object, and of all together; 0 means 4 Mi
}

// OrDefault fills in what is zero.
func (l Limits) OrDefault() Limits {
	return Limits{
		Object:   cmp.Or(l.Object, 128<<20),
		Unpacked: cmp.Or(l.Unpacked, 2<<30),
		Parquet:  cmp.Or(l.Parquet, 192<<20),
		Rows:     cmp.Or(l.Rows, 4<<20),
	}
}
