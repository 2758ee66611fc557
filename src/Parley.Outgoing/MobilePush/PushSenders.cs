using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Parley.Core.MobilePush;
using Parley.Outgoing.Http;

namespace Parley.Outgoing.MobilePush;

/// <summary>What a sender is made of.</summary>
/// <param name="Settings">What holds for all senders.</param>
/// <param name="Sender">Its own settings.</param>
/// <param name="Path">The key of its settings.</param>
/// <param name="Time">The clock.</param>
/// <param name="Logger">The log.</param>
internal sealed record SenderContext(MobilePushSettings Settings, PushSenderSettings Sender, string Path, TimeProvider Time, ILogger Logger)
{
    /// <summary>The base address: the one of the settings, or the service's own.</summary>
    public string AddressOr(string ownAddress)
    {
        var text = Sender.Url.Length > 0 ? Sender.Url : ownAddress;
        return ServiceAddress.TryRead(text, isPlainAllowed: false, out var address)
            ? address
            : throw Wrong("Url", "must be an https address without a query (http only for this machine)");
    }

    /// <summary>A text that must be there.</summary>
    public string Required(string key, string value) => value.Length > 0 ? value : throw Wrong(key, $"must be set for {Sender.Kind}");

    /// <summary>Reads the file of credentials.</summary>
    public T ReadKey<T>(string wanted, Func<string, T> read)
    {
        var path = Required(nameof(Sender.KeyFile), Sender.KeyFile);
        try
        {
            return read(File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException
            or System.Text.Json.JsonException or FormatException)
        {
            throw new OutgoingSettingsException($"{Path}:KeyFile must name a readable file with {wanted}; '{path}' is not one", e);
        }
    }

    /// <summary>A setting that cannot be used.</summary>
    public OutgoingSettingsException Wrong(string key, string line) => new($"{Path}:{key} {line}");
}

/// <summary>Makes senders from settings.</summary>
public static class PushSenders
{
    /// <summary>Makes the senders; they connect when there is something to send.</summary>
    /// <exception cref="OutgoingSettingsException">A setting or a file of credentials cannot be used.</exception>
    public static IReadOnlyList<IPushSender> Make(MobilePushSettings settings, TimeProvider time, ILoggerFactory loggers)
    {
        var made = new List<IPushSender>();
        try
        {
            for (var i = 0; i < settings.Senders.Count; i++)
            {
                var context = new SenderContext(
                    settings, settings.Senders[i], $"Parley:MobilePush:Senders:{i}", time, loggers.CreateLogger("Parley.Outgoing"));
                made.Add(settings.Senders[i].Kind switch
                {
                    PushSenderKind.Fcm => new FcmSender(context),
                    PushSenderKind.Apns => new ApnsSender(context),
                    _ => new WebhookSender(context),
                });
            }
            return made;
        }
        catch
        {
            made.ForEach(static sender => sender.Dispose());
            throw;
        }
    }
}
