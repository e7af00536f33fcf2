package history

import (
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow/memory"
)

// capped hands out memory up to a limit, and then panics with errTooLarge: an
// allocator has no other way to refuse, and a few bytes of Parquet can ask for
// any amount. Memory may come back from the finalizer's goroutine, so the count
// is atomic.
type capped struct {
	memory.GoAllocator
	left int64
}

// Allocate implements [memory.Allocator].
func (c *capped) Allocate(size int) []byte {
	c.take(size)
	return c.GoAllocator.Allocate(size)
}

// Reallocate implements [memory.Allocator].
func (c *capped) Reallocate(size int, b []byte) []byte {
	c.take(size - len(b))
	return c.GoAllocator.Reallocate(size, b)
}

// Free implements [memory.Allocator].
func (c *capped) Free(b []byte) {
	atomic.AddInt64(&c.left, int64(len(b)))
	c.GoAllocator.Free(b)
}

func (c *capped) take(size int) {
	if atomic.AddInt64(&c.left, -int64(size)) < 0 {
		atomic.AddInt64(&c.left, int64(size))
		panic(errTooLarge)
	}
}
