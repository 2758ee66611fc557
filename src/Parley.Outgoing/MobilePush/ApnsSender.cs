using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Parley.Core.MobilePush;
using Parley.Core.Users;
using Parley.Outgoing.Http;

namespace Parley.Outgoing.MobilePush;

/// <summary>Apple Push Notification service with provider tokens: <c>POST /3/device/{token}</c> over HTTP/2.</summary>
internal sealed class ApnsSender : PushSender
{
    private const string OwnAddress = "https://api.push.apple.com";

    /// <summary>Apple refuses tokens older than an hour, and new ones more often than every 20 minutes.</summary>
    private static readonly TimeSpan TokenLife = TimeSpan.FromMinutes(50);

    /// <summary>How long Apple keeps a notification for a device that is off.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    private readonly string _address;
    private readonly string _keyId;
    private readonly string _teamId;
    private readonly string _topic;
    private readonly ECDsa _key;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private string? _token;
    private DateTimeOffset _madeAt;

    public ApnsSender(SenderContext context)
        : base(context, "ios", isHttp2: true)
    {
        try
        {
            _time = context.Time;
            _address = context.AddressOr(OwnAddress);
            _keyId = context.Required(nameof(PushSenderSettings.KeyId), context.Sender.KeyId);
            _teamId = context.Required(nameof(PushSenderSettings.TeamId), context.Sender.TeamId);
            _topic = context.Required(nameof(PushSenderSettings.Topic), context.Sender.Topic);
            if (_topic.Any(static c => c is <= ' ' or > '~'))
                throw context.Wrong(nameof(PushSenderSettings.Topic), "must be the bundle id of an app");
            _key = context.ReadKey("the .p8 key of Apple (P-256)", Read);
        }
        catch
        {
            Http.Dispose();
            throw;
        }
    }

    public override void Dispose()
    {
        _key.Dispose();
        base.Dispose();
    }

    protected override async ValueTask<PushResult> PushAsync(
        PushNotification notification, UserDevice device, CancellationToken cancellationToken)
    {
        var body = BodyOf(notification);
        var token = TokenFor(refused: null);
        var reply = await PostAsync(body, token, device.Device.Token, cancellationToken);
        var reason = ReasonOf(reply.Body);
        if (reply.Status == HttpStatusCode.Forbidden && reason == "ExpiredProviderToken")
        {
            token = TokenFor(refused: token);
            reply = await PostAsync(body, token, device.Device.Token, cancellationToken);
            reason = ReasonOf(reply.Body);
        }
        if (reply.IsSuccess)
            return new(PushStatus.Sent);
        var isGone = (reply.Status == HttpStatusCode.Gone && reason is "Unregistered" or "ExpiredToken")
            || (reply.Status == HttpStatusCode.BadRequest && reason == "BadDeviceToken");
        return isGone ? new(PushStatus.Gone) : Refused(reply, reason);
    }

    private static ECDsa Read(string text)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(text);
            return key.KeySize == 256 ? key : throw new CryptographicException("The key is not of P-256.");
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private static byte[] BodyOf(PushNotification notification) => NotificationJson.Write(json =>
    {
        json.WriteStartObject("aps");
        json.WriteStartObject("alert");
        json.WriteString("title", notification.Title);
        json.WriteString("body", notification.Body);
        json.WriteEndObject();
        json.WriteString("sound", "default");
        json.WriteEndObject();
        NotificationJson.WriteData(json, notification, "from");
    });

    private static string ReasonOf(byte[] body)
    {
        try
        {
            if (body.Length == 0)
                return "";
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("reason", out var reason)
                && reason.ValueKind == JsonValueKind.String ? reason.GetString()! : "";
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // the second one: an escape that stands for no character
            return "";
        }
    }

    /// <summary>The provider token, used for most of an hour; a new one when it was refused and nobody has made one since.</summary>
    private string TokenFor(string? refused)
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            if (_token is null || _token == refused || now - _madeAt >= TokenLife)
            {
                _token = JsonWebToken.Sign(_key, _keyId, json =>
                {
                    json.WriteString("iss", _teamId);
                    json.WriteNumber("iat", now.ToUnixTimeSeconds());
                });
                _madeAt = now;
            }
            return _token;
        }
    }

    private ValueTask<HttpReply> PostAsync(byte[] body, string token, string device, CancellationToken cancellationToken)
    {
        var expiration = (_time.GetUtcNow() + Kept).ToUnixTimeSeconds();
        var id = Guid.NewGuid().ToString(); // the same for all attempts, so that Apple shows the notification once
        return Http.SendAsync(
            () =>
            {
                var request = new HttpRequestMessage(HttpMethod.Post, $"{_address}/3/device/{Uri.EscapeDataString(device)}")
                {
                    Content = NotificationJson.Content(body),
                };
                request.Headers.Authorization = new("bearer", token);
                request.Headers.Add("apns-topic", _topic);
                request.Headers.Add("apns-push-type", "alert");
                request.Headers.Add("apns-priority", "10");
                request.Headers.Add("apns-expiration", expiration.ToString(System.Globalization.CultureInfo.InvariantCulture));
                request.Headers.Add("apns-id", id);
                return request;
            },
            cancellationToken);
    }
}
