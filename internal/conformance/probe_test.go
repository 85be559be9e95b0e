package conformance

import (
	"fmt"
	"regexp"
	"sort"
	"testing"
)

func TestProbe(t *testing.T) {
	idx := regexp.MustCompile(`\[\d+\]`)
	for _, v := range []string{"3.16.0", "4.2.0", "4.15.1"} {
		run, err := Check(v)
		if err != nil {
			t.Fatal(err)
		}
		dec, req := map[string]int{}, map[string]int{}
		ex := map[string]string{}
		bad, breq, comp, ref := 0, 0, 0, 0
		for _, o := range run.Outcomes {
			if len(o.Decode) > 0 {
				bad++
			}
			for _, d := range o.Decode {
				k := o.Op.Go() + " " + idx.ReplaceAllString(d, "[]")
				dec[k]++
				ex[k] = o.Where()
			}
			if !o.Success {
				continue
			}
			if o.Compared {
				comp++
			} else {
				ref++
			}
			if len(o.Request) > 0 {
				breq++
			}
			for _, d := range o.Request {
				k := o.Op.Go() + " " + idx.ReplaceAllString(d, "[]")
				req[k]++
				ex[k] = ex[k] + " " + o.Exchange.Case
			}
		}
		t.Logf("%s: %d outcomes, %d unknown, decode bad %d; success: compared %d refused %d differing %d", v, len(run.Outcomes), run.Unknown, bad, comp, ref, breq)
		show := func(m map[string]int) {
			var ks []string
			for k := range m {
				ks = append(ks, k)
			}
			sort.Strings(ks)
			for _, k := range ks {
				e := ex[k]
				if len(e) > 200 {
					e = e[:200]
				}
				fmt.Println("  ", m[k], k, " // ", e)
			}
		}
		fmt.Println(v, "DECODE")
		show(dec)
		fmt.Println(v, "REQUEST")
		show(req)
		fmt.Println(v, "ENVELOPE", run.walker.envelope)
		fmt.Println(v, "UNTYPED", run.walker.untyped)
		for k, p := range run.walker.fields {
			if !p.tells && p.Absent > 0 && (!p.nilable || p.Nulls > 0) {
				fmt.Println("  ABSENT", k, *p)
			}
		}
	}
}
