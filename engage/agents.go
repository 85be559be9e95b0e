package engage

// AgentsService has the methods of Client.Agents.
type AgentsService struct{ c *Client }
