package nowcast

import (
	"encoding/binary"
	"math"
)

// A coder writes values one after the other, or reads them in the same order, so
// that one description of a state serves both.
type coder struct {
	bytes   []byte // written so far, or still to be read
	reading bool
	damaged bool // what was read is not what a coder wrote; all further values are zero
}

func (c *coder) int(x *int) {
	if !c.reading {
		c.bytes = binary.AppendVarint(c.bytes, int64(*x))
		return
	}
	v, n := binary.Varint(c.bytes)
	if n <= 0 || v != int64(int(v)) {
		c.fail()
		v, n = 0, 0
	}
	*x, c.bytes = int(v), c.bytes[n:]
}

func (c *coder) uint(x *uint64) {
	if !c.reading {
		c.bytes = binary.AppendUvarint(c.bytes, *x)
		return
	}
	v, n := binary.Uvarint(c.bytes)
	if n <= 0 {
		c.fail()
		v, n = 0, 0
	}
	*x, c.bytes = v, c.bytes[n:]
}

// within reads an int that no state has outside of these bounds.
func (c *coder) within(x *int, least, most int) {
	if c.int(x); *x < least || *x > most {
		c.fail()
		*x = least
	}
}

func (c *coder) bool(x *bool) {
	i := 0
	if *x {
		i = 1
	}
	c.within(&i, 0, 1)
	*x = i == 1
}

func (c *coder) float64(x *float64) {
	if !c.reading {
		c.bytes = binary.LittleEndian.AppendUint64(c.bytes, math.Float64bits(*x))
	} else if b := c.take(8); b != nil {
		*x = math.Float64frombits(binary.LittleEndian.Uint64(b))
	}
}

func (c *coder) float32(x *float32) {
	if !c.reading {
		c.bytes = binary.LittleEndian.AppendUint32(c.bytes, math.Float32bits(*x))
	} else if b := c.take(4); b != nil {
		*x = math.Float32frombits(binary.LittleEndian.Uint32(b))
	}
}

// take is the next n bytes; nil if there are fewer.
func (c *coder) take(n int) []byte {
	if len(c.bytes) < n {
		c.fail()
		return nil
	}
	b := c.bytes[:n]
	c.bytes = c.bytes[n:]
	return b
}

func (c *coder) fail() { c.damaged, c.bytes = true, nil }

// each codes a slice by its elements, of which each takes at least a byte.
func each[T any](c *coder, s *[]T, element func(*T)) {
	n := len(*s)
	if c.within(&n, 0, math.MaxInt); c.reading {
		if n > len(c.bytes) {
			c.fail()
			n = 0
		}
		if *s = nil; n > 0 {
			*s = make([]T, n)
		}
	}
	for i := range *s {
		element(&(*s)[i])
	}
}

// exactly codes a slice that always has as many elements as it has now.
func exactly[T any](s []T, element func(*T)) {
	for i := range s {
		element(&s[i])
	}
}

// counts codes numbers of which many are zero: each other one, and how many zeros
// follow it.
func (c *coder) counts(s *[]uint32) {
	n := len(*s)
	if c.within(&n, 0, 2*mostCells); c.reading {
		if *s = nil; n > 0 {
			*s = make([]uint32, n)
		}
	}
	for i := 0; i < n && !c.damaged; i++ {
		zeros := 0
		for !c.reading && i+zeros+1 < n && (*s)[i+zeros+1] == 0 {
			zeros++
		}
		x := uint64((*s)[i])<<1 | uint64(min(zeros, 1))
		if c.uint(&x); x&1 == 1 {
			c.within(&zeros, 1, n-1-i)
		}
		if x>>1 > math.MaxUint32 {
			c.fail()
		}
		(*s)[i] = uint32(x >> 1)
		i += zeros
	}
}
