using Microsoft.Extensions.Logging;
using Parley.Core.MobilePush;
using Parley.Core.Users;
using Parley.Outgoing.Http;

namespace Parley.Outgoing.MobilePush;

/// <summary>What all senders have in common: who they are for, and how the service is called.</summary>
internal abstract class PushSender : IPushSender
{
    private readonly long _projectId;
    private readonly IReadOnlyList<string> _platforms;
    private readonly string _name;

    /// <param name="context">Where the sender stands in the settings.</param>
    /// <param name="defaultPlatform">The platform that it is for unless the settings say so; null = all.</param>
    /// <param name="isHttp2">Whether the service wants HTTP/2.</param>
    protected PushSender(SenderContext context, string? defaultPlatform, bool isHttp2)
    {
        var (settings, sender) = (context.Settings, context.Sender);
        Kind = sender.Kind.ToString();
        Logger = context.Logger;
        _projectId = sender.ProjectId;
        _platforms = sender.Platforms.Count > 0 || defaultPlatform is null ? sender.Platforms : [defaultPlatform];
        _name = $"the sender {context.Path} ({sender.Kind})";
        Http = new(
            new()
            {
                Name = _name,
                Timeout = TimeSpan.FromSeconds(settings.TimeoutSeconds),
                Retries = settings.Retries,
                RetryDelay = TimeSpan.FromMilliseconds(settings.RetryMilliseconds),
                Parallel = settings.Parallel,
                AnswerBytes = 64 * 1024,
                IsHttp2 = isHttp2,
            },
            context.Time,
            context.Logger);
    }

    public string Kind { get; }

    protected OutgoingHttp Http { get; }

    protected ILogger Logger { get; }

    public bool Takes(long projectId, string platform) =>
        (_projectId == 0 || _projectId == projectId)
        && (_platforms.Count == 0 || _platforms.Contains(platform, StringComparer.OrdinalIgnoreCase));

    public async ValueTask<PushResult> SendAsync(PushNotification notification, UserDevice device, CancellationToken cancellationToken)
    {
        try
        {
            return await PushAsync(notification, device, cancellationToken);
        }
        catch (OutgoingException exception)
        {
            Logger.NotificationGivenUp(exception.Message);
            return new(PushStatus.Failed);
        }
    }

    public virtual void Dispose() => Http.Dispose();

    /// <summary>Sends one notification to one device.</summary>
    protected abstract ValueTask<PushResult> PushAsync(PushNotification notification, UserDevice device, CancellationToken cancellationToken);

    /// <summary>The service said no, and it is not the device's fault.</summary>
    protected PushResult Refused(HttpReply reply, string reason)
    {
        Logger.NotificationRefused(_name, (int)reply.Status, Clean(reason));
        return new(PushStatus.Failed);
    }

    // words of a service go to the log only if they are the short codes that they should be
    private static string Clean(string reason) =>
        reason.Length is > 0 and <= 64 && reason.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_') ? reason : "no reason";
}
