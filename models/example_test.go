package models_test

import (
	"context"
	"fmt"
	"math"
	"time"

	"headroom/capacity"
	"headroom/models"
)

// weekend is three weeks of hourly load that is 100 at night and 300 by day,
// half of that at the weekend, and 20 more every week.
func weekend() capacity.Series {
	s := capacity.Series{Start: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Step: time.Hour}
	for i := range 21 * 24 {
		load := 200 - 100*math.Cos(2*math.Pi*float64(i)/24)
		if i/24%7 >= 5 {
			load /= 2
		}
		s.Values = append(s.Values, load+20*float64(i/168))
	}
	return s
}

// show fits the model of that name and prints what it expects at midnight, at
// six and at noon of the first day after the series, a Monday.
func show(name string) {
	ctx, s := context.Background(), weekend()
	for _, m := range models.All(models.Seasons(s.Step)) {
		if m.Name() != name {
			continue
		}
		fitted, err := m.Fit(ctx, s)
		if err != nil {
			fmt.Println(err)
			return
		}
		point, err := fitted.Predict(ctx, s, 24)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%.0f %.0f %.0f\n", point[0], point[6], point[12])
	}
}

// The last value, that of eleven on a Sunday evening, stays.
func ExampleNew_naive() {
	show("naive")
	// Output: 92 92 92
}

// Monday becomes what Sunday was.
func ExampleNew_seasonalNaiveDay() {
	show("seasonal-naive-day")
	// Output: 90 140 190
}

// Monday becomes what it was last week.
func ExampleNew_seasonalNaiveWeek() {
	show("seasonal-naive-week")
	// Output: 140 240 340
}

// A day is no line: the peak at noon is not seen.
func ExampleNew_linear() {
	show("linear")
	// Output: 181 187 192
}

// The level of the new week and the shape of a Monday come from the lags: the
// load will be 160, 260 and 360.
func ExampleNew_ridge() {
	show("ridge")
	// Output: 156 255 355
}

// On its own scale this load is linear in its lags.
func ExampleNew_ridgeLinear() {
	show("ridge-linear")
	// Output: 160 260 360
}

func ExampleNew_ridgeDaily() {
	show("ridge-daily")
	// Output: 155 252 351
}

func ExampleNew_median() {
	show("median")
	// Output: 156 255 355
}
