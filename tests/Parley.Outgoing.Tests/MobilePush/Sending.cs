using Microsoft.Extensions.Logging.Abstractions;
using Parley.Core.Messaging;
using Parley.Core.MobilePush;
using Parley.Core.Users;
using Parley.Outgoing.MobilePush;

namespace Parley.Outgoing.Tests.MobilePush;

/// <summary>What the tests of all senders use.</summary>
internal static class Sending
{
    public static readonly PushNotification Note = new()
    {
        ProjectId = 1000,
        Title = "Ann",
        Body = "hello ☕ \"you\"",
        Kind = ConversationKind.Group,
        From = 101,
        GroupId = 50,
        MessageId = 1_556_446_799_123_001,
        MessageType = 30,
        Time = 1_556_446_799_140,
    };

    public static IPushSender Make(PushSenderSettings sender, TimeProvider? time = null, int retries = 2, int timeoutSeconds = 10) =>
        Assert.Single(PushSenders.Make(
            new() { Senders = [sender], Retries = retries, RetryMilliseconds = 1, TimeoutSeconds = timeoutSeconds },
            time ?? TimeProvider.System, NullLoggerFactory.Instance));

    public static async Task<PushResult> SendAsync(this IPushSender sender, string token = "device-1", PushNotification? note = null) =>
        await sender.SendAsync(note ?? Note, new UserDevice(7, new Device(token, "android", "phone")), CancellationToken.None)
            .AsTask().WaitAsync(TimeSpan.FromSeconds(60));

    public static string Wrong(PushSenderSettings sender)
    {
        var message = Assert.Throws<OutgoingSettingsException>(() => Make(sender)).Message;
        Assert.StartsWith("Parley:MobilePush:Senders:0:", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        return message;
    }
}
