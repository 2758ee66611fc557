using System.Net;
using System.Text.Json;

namespace Parley.Outgoing.MobilePush;

/// <summary>What the error answer of FCM says.</summary>
/// <param name="Code">The error code of FCM, or the status of the API; "" when the answer is not in FCM's form.</param>
/// <param name="Status">The status of the API.</param>
/// <param name="BlamesRequest">Whether a field other than the token is named as wrong.</param>
internal readonly record struct FcmError(string Code, string Status, bool BlamesRequest)
{
    private const string InvalidArgument = "INVALID_ARGUMENT";

    /// <summary>
    /// Whether the token is worthless. A 404 counts only in FCM's own words, so that a wrong address in the settings costs no device; an
    /// invalid argument only when FCM blames the token, which it does by its own code and by naming no other field.
    /// </summary>
    public bool IsDeviceGone(HttpStatusCode status) => status switch
    {
        HttpStatusCode.NotFound => Code == "UNREGISTERED" || Status == "NOT_FOUND",
        HttpStatusCode.BadRequest => Code == InvalidArgument && Status == InvalidArgument && !BlamesRequest,
        _ => Code == "UNREGISTERED",
    };

    /// <summary>Reads an answer; anything else than FCM's form gives an error without a code.</summary>
    public static FcmError Read(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("error", out var error)
                || error.ValueKind != JsonValueKind.Object)
                return new("", "", BlamesRequest: false);
            var status = TextOf(error, "status");
            var code = "";
            var blames = false;
            if (error.TryGetProperty("details", out var details) && details.ValueKind == JsonValueKind.Array)
            {
                foreach (var detail in details.EnumerateArray().Where(static detail => detail.ValueKind == JsonValueKind.Object))
                {
                    if (TextOf(detail, "@type").EndsWith("FcmError", StringComparison.Ordinal))
                        code = TextOf(detail, "errorCode");
                    blames |= NamesOtherField(detail);
                }
            }
            return new(code.Length > 0 ? code : status, status, blames || code.Length == 0);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // the second one: an escape that stands for no character
            return new("", "", BlamesRequest: false);
        }
    }

    private static bool NamesOtherField(JsonElement detail) =>
        detail.TryGetProperty("fieldViolations", out var violations) && violations.ValueKind == JsonValueKind.Array
        && violations.EnumerateArray().Any(static violation =>
            violation.ValueKind != JsonValueKind.Object || TextOf(violation, "field") != "message.token");

    private static string TextOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
