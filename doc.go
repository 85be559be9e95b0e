// Package konverte is a client for Konverte Digital, a customer-support platform that speaks the Chatwoot REST API.
package konverte
