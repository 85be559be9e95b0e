package engagetest

import (
	"slices"
)

var sourceRules = rules{
	handlers: map[string]handler{"getAllSources": listSources, "updateSourceEmailCredentials": updateCredentials},
	needs: map[string][]string{
		"update_content_source": {"updateSource", "updateSourceEmailCredentials", "updateChannel"},
	},
	sight: map[string]func(*ctx, *record) bool{"Source": seesSource},
	filters: map[string]func(*ctx, *record, string) bool{
		"getAllSources permission": func(*ctx, *record, string) bool { return true }, // listSources applies it
		"getAllSources active": func(_ *ctx, r *record, value string) bool {
			return r.flag("active") == (value == "true" || value == "1")
		},
	},
}

// seesSource shows a source to those who may read its messages, and in the
// administration to those whose role shows sources.
func seesSource(c *ctx, r *record) bool {
	return c.allowed(r.id, "read") || c.can("read_content_source")
}

// listSources lists the sources on which the user has a permission: to read
// unless another one is asked for.
func listSources(c *ctx) response {
	permission := c.Params.String("permission")
	switch {
	case permission == "":
		permission = "read"
	case !slices.Contains(api.Enums["SourceFilter"], permission):
		stop(badRequest("permission is not included in the list"))
	}
	return c.page(c.st.where("Source", func(r *record) bool { return c.allowed(r.id, permission) }))
}

func updateCredentials(c *ctx) response {
	source := c.target()
	values := c.body(false)
	if source.text("type") != "email" {
		refuse("type", "must be email")
	}
	for _, server := range []string{"imap", "smtp"} {
		given, _ := values.Get(server)
		if login, isSet := given.(object); isSet {
			source.assign(obj(server+"_username", textOf(login, "username")))
		}
	}
	c.st.touch(source)
	return c.ok(source)
}
