using System.Net;
using System.Text;
using Parley.Server.Hosting;

namespace Parley.Server.Web;

/// <summary>The page at <c>/</c>: version, uptime, doors.</summary>
internal static class StatusPage
{
    private const string Style =
        "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1c2430;background:#fff}"
        + "table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4rem .8rem;border-bottom:1px solid #d5dbe3}"
        + "code{font-family:ui-monospace,monospace}a{color:#0b5cad}"
        + "@media(prefers-color-scheme:dark){body{color:#e6eaf0;background:#14181f}th,td{border-color:#333c49}a{color:#7db8f5}}";

    /// <summary>Writes the page.</summary>
    public static string Render(ServerState state)
    {
        var page = new StringBuilder(2048);
        page.Append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Parley</title>")
            .Append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><style>").Append(Style)
            .Append("</style></head><body><main>\n<h1>Parley</h1>\n<p>Version ").Append(WebUtility.HtmlEncode(ProductVersion.Text))
            .Append(state.IsDraining ? ", stopping" : ", running").Append(" for ").Append(Duration(state.Uptime)).Append(".</p>\n")
            .Append("<table><thead><tr><th scope=\"col\">Door</th><th scope=\"col\">Endpoint</th><th scope=\"col\">Spoken there</th></tr></thead><tbody>\n");
        foreach (var door in state.Doors)
        {
            page.Append("<tr><td>").Append(WebUtility.HtmlEncode(door.Name))
                .Append("</td><td><code>").Append(WebUtility.HtmlEncode(door.Endpoint)).Append("</code>").Append(door.IsEncrypted ? " TLS" : "")
                .Append("</td><td>").Append(WebUtility.HtmlEncode(door.Description)).Append("</td></tr>\n");
        }
        return page.Append("</tbody></table>\n<p><a href=\"/healthz\">health</a> · <a href=\"/readyz\">readiness</a> · ")
            .Append("<a href=\"/metrics\">metrics</a> · <a href=\"/docs\">OpenIM API</a></p>\n</main></body></html>\n").ToString();
    }

    private static string Duration(TimeSpan time) => time.TotalDays >= 1
        ? $"{(int)time.TotalDays} d {time.Hours} h"
        : time.TotalHours >= 1 ? $"{(int)time.TotalHours} h {time.Minutes} min" : $"{time.Minutes} min {time.Seconds} s";
}
