using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Parley.Core.MobilePush;
using Parley.Core.Users;
using Parley.Outgoing.Http;

namespace Parley.Outgoing.MobilePush;

/// <summary>Firebase Cloud Messaging, HTTP v1: <c>POST /v1/projects/{project_id}/messages:send</c>.</summary>
internal sealed class FcmSender : PushSender
{
    private const string OwnAddress = "https://fcm.googleapis.com";

    /// <summary>"from" is a reserved key of FCM's data.</summary>
    private const string FromKey = "sender";

    private readonly string _address;
    private readonly GoogleAccess _access;

    public FcmSender(SenderContext context)
        : base(context, "android", isHttp2: false)
    {
        try
        {
            var (account, key) = context.ReadKey("the JSON key of a service account", Read);
            if (!ServiceAddress.TryRead(account.TokenUri!, isPlainAllowed: false, out var tokenAddress))
                throw context.Wrong(nameof(PushSenderSettings.KeyFile), "must name a service account whose token_uri is an https address");
            _address = $"{context.AddressOr(OwnAddress)}/v1/projects/{Uri.EscapeDataString(account.ProjectId!)}/messages:send";
            _access = new(account, key, tokenAddress, Http, context.Time);
        }
        catch
        {
            Http.Dispose();
            throw;
        }
    }

    public override void Dispose()
    {
        _access.Dispose();
        base.Dispose();
    }

    protected override async ValueTask<PushResult> PushAsync(
        PushNotification notification, UserDevice device, CancellationToken cancellationToken)
    {
        var body = BodyOf(notification, device.Device.Token);
        var access = await _access.GetAsync(refused: null, cancellationToken);
        var reply = await PostAsync(body, access, cancellationToken);
        if (reply.Status == HttpStatusCode.Unauthorized)
        {
            access = await _access.GetAsync(refused: access, cancellationToken);
            reply = await PostAsync(body, access, cancellationToken);
        }
        if (reply.IsSuccess)
            return new(PushStatus.Sent);
        var error = FcmError.Read(reply.Body);
        return error.IsDeviceGone(reply.Status) ? new(PushStatus.Gone) : Refused(reply, error.Code);
    }

    private static (ServiceAccount Account, RSA Key) Read(string text)
    {
        var account = JsonSerializer.Deserialize(text, GoogleJson.Default.ServiceAccount);
        if (account is not { ProjectId.Length: > 0, PrivateKey.Length: > 0, ClientEmail.Length: > 0, TokenUri.Length: > 0 })
            throw new FormatException("A part of the service account is missing.");
        var key = RSA.Create();
        try
        {
            key.ImportFromPem(account.PrivateKey);
            return (account, key);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    private static byte[] BodyOf(PushNotification notification, string token) => NotificationJson.Write(json =>
    {
        json.WriteStartObject("message");
        json.WriteString("token", token);
        json.WriteStartObject("notification");
        json.WriteString("title", notification.Title);
        json.WriteString("body", notification.Body);
        json.WriteEndObject();
        json.WriteStartObject("data");
        NotificationJson.WriteData(json, notification, FromKey);
        json.WriteEndObject();
        json.WriteStartObject("android");
        json.WriteString("priority", "HIGH");
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private ValueTask<HttpReply> PostAsync(byte[] body, string access, CancellationToken cancellationToken) => Http.SendAsync(
        () => new(HttpMethod.Post, _address)
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", access) },
            Content = NotificationJson.Content(body),
        },
        cancellationToken);
}
