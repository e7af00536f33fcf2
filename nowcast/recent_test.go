package nowcast

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRecent_Sort: merging gives what sorting everything gives, also where a
// value came and gave way between two times, and where values are equal.
func TestRecent_Sort(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 0))
	for range 200 {
		r := recent{most: 1 + random.IntN(30)}
		var all []float64
		for range random.IntN(20) {
			for range random.IntN(40) {
				x := float64(random.IntN(12))
				r.add(x)
				all = append(all, x)
			}
			r.sort()
			want := slices.Clone(all[max(0, len(all)-r.most):])
			slices.Sort(want)
			if diff := cmp.Diff(want, append([]float64(nil), r.sorted...)); diff != "" && len(want) > 0 {
				t.Fatalf("at most %d values (-want +got):\n%s", r.most, diff)
			}
		}
	}
}
