package history

import "cmp"

// Limits protect a process from objects that are larger than they look. The
// zero Limits are the defaults.
type Limits struct {
	Object   int64 // bytes of one object as it is stored; 0 means 512 MiB
	Unpacked int64 // bytes of one object once decompressed; 0 means 2 GiB
	Rows     int   // of one object; 0 means 64 Mi
}

// OrDefault fills in what is zero.
func (l Limits) OrDefault() Limits {
	return Limits{
		Object:   cmp.Or(l.Object, 512<<20),
		Unpacked: cmp.Or(l.Unpacked, 2<<30),
		Rows:     cmp.Or(l.Rows, 64<<20),
	}
}
