using System.Globalization;
using System.Text;
using System.Text.Json;
using Parley.Core.MobilePush;
using Parley.Core.Users;
using Parley.Outgoing.Webhooks;

namespace Parley.Outgoing.MobilePush;

/// <summary>
/// Posts notifications as JSON to an address of the operator, signed as webhooks are (<see cref="WebhookSignature"/>).
/// </summary>
internal sealed class WebhookSender : PushSender
{
    private const int ShortestSecret = 16;

    private readonly string _address;
    private readonly byte[] _secret;
    private readonly TimeProvider _time;

    public WebhookSender(SenderContext context)
        : base(context, defaultPlatform: null, isHttp2: false)
    {
        try
        {
            _time = context.Time;
            context.Required(nameof(PushSenderSettings.Url), context.Sender.Url);
            _address = context.AddressOr("");
            _secret = context.ReadKey($"a secret of at least {ShortestSecret} bytes", Read);
        }
        catch
        {
            Http.Dispose();
            throw;
        }
    }

    protected override async ValueTask<PushResult> PushAsync(
        PushNotification notification, UserDevice device, CancellationToken cancellationToken)
    {
        var body = BodyOf(notification, device);
        var reply = await Http.SendAsync(() => Sign(body), cancellationToken);
        return reply.IsSuccess ? new(PushStatus.Sent, InvalidTokensOf(reply.Body)) : Refused(reply, "");
    }

    private static byte[] Read(string text)
    {
        var secret = Encoding.UTF8.GetBytes(text.Trim());
        return secret.Length >= ShortestSecret ? secret : throw new FormatException("The secret is too short.");
    }

    private static byte[] BodyOf(PushNotification notification, UserDevice device) => NotificationJson.Write(json =>
    {
        json.WriteNumber("pid", notification.ProjectId);
        json.WriteString("uid", device.UserId.ToString(CultureInfo.InvariantCulture));
        json.WriteString("token", device.Device.Token);
        json.WriteString("platform", device.Device.Platform);
        json.WriteString("dtype", device.Device.DeviceType);
        json.WriteString("title", notification.Title);
        json.WriteString("body", notification.Body);
        NotificationJson.WriteData(json, notification, "from");
        json.WriteNumber("mtime", notification.Time);
    });

    /// <summary>The answer may name tokens that are worthless: <c>{"invalidTokens": […]}</c>. Any other answer names none.</summary>
    private static List<string>? InvalidTokensOf(byte[] body)
    {
        try
        {
            using var json = body.Length > 0 ? JsonDocument.Parse(body) : null;
            if (json?.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("invalidTokens", out var tokens)
                || tokens.ValueKind != JsonValueKind.Array)
                return null;
            return [.. tokens.EnumerateArray().Where(static token => token.ValueKind == JsonValueKind.String).Select(static token => token.GetString()!)];
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // the second one: an escape that stands for no character
            return null;
        }
    }

    private HttpRequestMessage Sign(byte[] body)
    {
        var timestamp = _time.GetUtcNow().ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = NotificationJson.Content(body) };
        request.Headers.Add(WebhookSignature.TimestampHeader, timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(WebhookSignature.Header, WebhookSignature.Compute(_secret, timestamp, body));
        return request;
    }
}
