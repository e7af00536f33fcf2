package policy

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"headroom/capacity"
)

// Prices is the file beside policy files that lists what units cost.
const Prices = "prices.yaml"

const priceRemedy = "write the money per unit-hour, 0 or more"

// money reads the price of a unit-hour.
var money = number(func(v float64) bool { return 0 <= v && v <= capacity.MostMoney }, priceRemedy)

// price reads what a unit-hour of a pool costs: a number, the name of a price in the
// catalogue, or dated prices, as they are written once a name is looked up.
func (f *file) price(s *section, p *capacity.Pool) {
	n := valueOf(s, "price")
	switch {
	case n == nil || n.Kind == yaml.ScalarNode && (n.ShortTag() != "!!str" || !strings.Contains(n.Value, "/")):
		p.Price = required(s, "price", number(func(v float64) bool { return v >= 0 }, priceRemedy), "say what one unit costs per hour")
		return
	case n.Kind == yaml.MappingNode:
		dated := s.sub("price", "")
		if _, named := dated.has("name"); named {
			p.PriceName = value(dated, "name", dated.values["name"], label)
		}
		path := dated.full("dates")
		for i, entry := range required(dated, "dates", sequence, "list prices, each with the time from which it holds: [{from: 2026-01-01, price: 1.006}]") {
			p.Prices = append(p.Prices, f.dated(fmt.Sprintf("%s[%d]", path, i), entry))
		}
		f.inOrder(n.Line, path, p.Prices)
	case n.Kind == yaml.ScalarNode:
		p.PriceName, p.Prices = n.Value, f.listed(s, n)
	default:
		f.wrong(n.Line, s.full("price"), "%s, but a price is wanted; %s, or UNIT/REGION of %s", describe(n), priceRemedy, Prices)
	}
	if len(p.Prices) > 0 {
		p.Price = p.Prices[len(p.Prices)-1].Price
	}
}

// dated reads a price and the time from which it holds.
func (f *file) dated(path string, n *yaml.Node) capacity.DatedPrice {
	s := f.section(path, n)
	return capacity.DatedPrice{
		From:  required(s, "from", beginning, "say from when on the price holds, such as 2026-01-01"),
		Price: required(s, "price", money, "say what one unit costs per hour"),
	}
}

// inOrder sorts prices by time, no two of which may begin at once.
func (f *file) inOrder(line int, path string, prices []capacity.DatedPrice) {
	slices.SortStableFunc(prices, func(a, b capacity.DatedPrice) int { return a.From.Compare(b.From) })
	for i := 1; i < len(prices); i++ {
		if from := prices[i].From; from.Equal(prices[i-1].From) && !from.IsZero() {
			f.wrong(line, path, "two prices begin at %s; remove one of the two", from.Format(time.RFC3339))
		}
	}
}

// beginning reads a day, which begins at midnight in UTC as those of cloud bills do, or a
// time.
func beginning(n *yaml.Node) (time.Time, error) {
	return instant(capacity.Demand{Timezone: "UTC", ZoneGiven: true})(n)
}

// A catalogue is the prices of the folder that a file is in.
type catalogue struct {
	where    string
	line     int // of its currency
	currency string
	prices   map[string][]capacity.DatedPrice
}

// listed is what the catalogue says of the price that a pool names.
func (f *file) listed(s *section, n *yaml.Node) []capacity.DatedPrice {
	if f.catalogue == nil {
		f.catalogue = f.readCatalogue(n.Line, s.full("price"))
	}
	prices, known := f.catalogue.prices[n.Value]
	switch {
	case known || f.catalogue.prices == nil: // else the catalogue's own mistake tells
	case nearest(n.Value, f.catalogue.names()) != "":
		f.wrong(n.Line, s.full("price"), "%s has no price %s; did you mean %s?", f.catalogue.where, shorten(n.Value), nearest(n.Value, f.catalogue.names()))
	default:
		f.wrong(n.Line, s.full("price"), "%s has no price %s; add it there as UNIT: {REGION: [{from: DAY, price: MONEY}]}, and name it UNIT/REGION", f.catalogue.where, shorten(n.Value))
	}
	return prices
}

func (c *catalogue) names() (all []string) {
	for name := range c.prices {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

// readCatalogue reads the prices of the folder, for the key of a pool that names one.
func (f *file) readCatalogue(line int, key string) *catalogue {
	data, where, ok := f.beside(Prices, line, key, "prices stand in it, beside the policy file; "+priceRemedy)
	c := &catalogue{where: where}
	if !ok {
		return c
	}
	root := f.document(data, where, "list prices: {UNIT: {REGION: [{from: DAY, price: MONEY}]}}")
	if root == nil {
		return c
	}
	if root.Kind != yaml.MappingNode {
		f.wrong(root.Line, "", "%s, but a file of prices has the keys apiVersion, currency and prices; write KEY: VALUE", describe(root))
		return c
	}
	c.prices = map[string][]capacity.DatedPrice{}
	for i := 0; i+1 < len(root.Content); i += 2 {
		name, n := root.Content[i], root.Content[i+1]
		var err error
		switch name.Value {
		case "apiVersion":
			_, err = version(n)
		case "currency":
			c.line = n.Line
			c.currency, err = currency(n)
		case "prices":
			f.readPrices(c, n)
		default:
			err = errors.New("unknown key; choose one of apiVersion, currency, prices")
		}
		if err != nil {
			f.wrong(n.Line, shorten(name.Value), "%s", err)
		}
	}
	return c
}

// readPrices reads the prices of each unit type and region.
func (f *file) readPrices(c *catalogue, units *yaml.Node) {
	f.eachKey("prices", units, "UNIT: {REGION: [...]}", func(path, unit string, regions *yaml.Node) {
		f.eachKey(path, regions, "REGION: [{from: DAY, price: MONEY}]", func(path, region string, list *yaml.Node) {
			entries, err := sequence(list)
			if err == nil && len(entries) == 0 {
				err = errors.New("no price; write one such as {from: 2026-01-01, price: 1.006}")
			}
			if err != nil {
				f.wrong(list.Line, path, "%s", err)
			}
			var prices []capacity.DatedPrice
			for i, entry := range entries {
				prices = append(prices, f.dated(fmt.Sprintf("%s[%d]", path, i), entry))
			}
			f.inOrder(list.Line, path, prices)
			name := unit + "/" + region
			if c.prices[name] != nil {
				f.wrong(list.Line, path, "said twice; remove one of the two")
			}
			c.prices[name] = prices
		})
	})
}

// eachKey reads the keys of a mapping, which are names.
func (f *file) eachKey(path string, n *yaml.Node, form string, read func(path, key string, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		f.wrong(n.Line, path, "%s, but names are wanted; write %s", describe(n), form)
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if _, err := label(&yaml.Node{Kind: key.Kind, Tag: "!!str", Value: key.Value}); err != nil || strings.Contains(key.Value, "/") {
			f.wrong(key.Line, path, "%s is no name; write one without a slash, such as g5.xlarge or eu-west-1", shorten(key.Value))
			continue
		}
		read(path+"."+key.Value, key.Value, n.Content[i+1])
	}
}

// sameCurrency makes the currency of the catalogue that of the policy, which may not name
// another.
func (f *file) sameCurrency(top *section, o *capacity.Objective) {
	if f.catalogue == nil || f.catalogue.currency == "" {
		return
	}
	if o.Currency == "" {
		o.Currency = f.catalogue.currency
		return
	}
	if o.Currency != f.catalogue.currency {
		line := cmp.Or(lineOf(top, "objective"), 1)
		f.wrong(line, "objective.currency", "%s, and the prices at %s are in %s; write all money in one currency", o.Currency, f.place(f.catalogue.line), f.catalogue.currency)
	}
}

// lineOf is the line of what stands under a key.
func lineOf(s *section, key string) int {
	line, _ := s.has(key)
	return line
}

// formatPrice writes the price of a pool so that price reads it.
func formatPrice(p capacity.Pool) string {
	if len(p.Prices) == 0 {
		return formatNumber(p.Price)
	}
	var dates []string
	for _, d := range p.Prices {
		dates = append(dates, fmt.Sprintf("{from: %s, price: %s}", d.From.UTC().Format(time.RFC3339Nano), formatNumber(d.Price)))
	}
	named := ""
	if p.PriceName != "" {
		named = "name: " + quote(p.PriceName) + ", "
	}
	return "{" + named + "dates: [" + strings.Join(dates, ", ") + "]}"
}
