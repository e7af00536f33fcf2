package nowcast_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"headroom/nowcast"
)

// finer is a load with a daily wave, a quieter weekend and noise, in so many ticks a minute.
func finer(days, ticks int, seed uint64) []float64 {
	r := rand.New(rand.NewPCG(seed, 1))
	load := make([]float64, days*1440*ticks)
	for i := range load {
		t := i / ticks
		level := 500 - 400*math.Cos(2*math.Pi*float64(t)/1440)
		if t/1440%7 > 4 {
			level *= 0.6
		}
		load[i] = level + 2*math.Sqrt(level)*r.NormFloat64()
	}
	return load
}

// BenchmarkLearn also reports what is kept afterwards.
func BenchmarkLearn(b *testing.B) {
	for _, c := range [][2]int{{7, 1}, {28, 1}, {28, 4}} {
		b.Run(fmt.Sprintf("days=%d/ticks=%d", c[0], c[1]), func(b *testing.B) {
			load := finer(c[0], c[1], 9)
			b.ReportAllocs()
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			var n *nowcast.Nowcaster
			for b.Loop() {
				var err error
				if n, err = nowcast.Learn(context.Background(), load, c[1]); err != nil {
					b.Fatal(err)
				}
			}
			runtime.GC()
			runtime.ReadMemStats(&after)
			b.ReportMetric((float64(after.HeapAlloc)-float64(before.HeapAlloc))/1e6, "MB-kept")
			runtime.KeepAlive(n)
			runtime.KeepAlive(load)
		})
	}
}
