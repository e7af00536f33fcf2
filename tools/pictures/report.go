package main

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/chromedp/chromedp"
)

// troubles is JavaScript that lists what is wrong with the layout of a report.
//
//go:embed troubles.js
var troubles string

// views are the ways in which the report is looked at.
var views = []struct {
	name          string
	width, height int64
	scheme        string
	picture, clip string // clip is where the picture ends, in JavaScript
}{
	{"at a desk in light", 1200, 900, "light", "report.png", below(`document.querySelectorAll('tbody tr')[3]`)},
	{"at a desk in dark", 1200, 900, "dark", "", ""},
	{"on a phone in light", 390, 844, "light", "", ""},
	{"on a phone in dark", 390, 844, "dark", "report-phone-dark.png", below(`document.querySelectorAll('figure')[0]`)},
}

// below is the part of the page from its top to the end of an element.
func below(element string) string {
	return `({x: 0, y: 0, width: innerWidth, height: Math.ceil((` + element + ` ?? document.body).getBoundingClientRect().bottom + scrollY)})`
}

// checkReport opens the report in every view. It must stand alone: no request
// but for the file, no error, every chart inside the page, and no page that
// scrolls sideways.
func checkReport(browser context.Context, address string, c *checks) error {
	for _, v := range views {
		p, done, err := open(browser, address, v.width, v.height, v.scheme)
		if err != nil {
			return err
		}
		defer done()
		found, err := chromedp.Run(p.ctx, chromedp.Evaluate[[]string](fmt.Sprintf("(%s)(%d)", troubles, v.width)))
		if err != nil {
			return fmt.Errorf("look at the report %s: %w", v.name, err)
		}
		c.expect(len(found) == 0, "the report %s is laid out well: %q", v.name, found)
		requests := p.asked()
		c.expect(len(requests) == 1 && requests[0] == address, "the report %s asks for nothing but itself: %q", v.name, requests)
		c.page("the report "+v.name, p)
		if v.picture != "" {
			if err := c.picture(p, v.picture, v.clip); err != nil {
				return err
			}
		}
	}
	return nil
}
