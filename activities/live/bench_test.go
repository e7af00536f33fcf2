package live

import (
	"fmt"
	"math"
	"runtime"
	"testing"
	"time"

	"headroom/controller"
)

// BenchmarkShard is what a minute of the controllers of 20 services costs, each with a
// week of history: with the store in a folder, and without the servers of metrics.
func BenchmarkShard(b *testing.B) {
	const n = 20
	before := heap()
	s := newBench(b)
	s.window = 7 * 24 * time.Hour
	s.meter.load = func(at time.Time) float64 {
		minute := float64(at.Unix()) / 60
		return 40 + 25*math.Sin(minute/1440*2*math.Pi) + 4*math.Sin(minute*7)
	}
	for _, name := range services(n) {
		s.publish(name, controller.Auto, func(e *controller.Envelope) { e.Expires = e.Made.AddDate(1, 0, 0) })
	}
	learning := time.Now()
	for ready := 0; ready < n; {
		s.runs(look)
		ready = 0
		for _, v := range s.shard.services {
			if v.control != nil {
				ready++
			}
		}
	}
	learnt, held := time.Since(learning).Seconds()/n, float64(heap()-before)/n/1e3
	for b.Loop() {
		s.runs(time.Minute)
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/n, "µs/service-minute")
	b.ReportMetric(learnt, "s/learnt")
	b.ReportMetric(held, "kB/service")
	if got := s.units(services(1)[0]); len(got) == 0 {
		b.Error(fmt.Errorf("nothing was asked for"))
	}
}

// heap is how many bytes are in use.
func heap() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
