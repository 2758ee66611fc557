using System.Net.Security;
using Microsoft.Extensions.Logging;
using Parley.Rtm.Transport;

namespace Parley.Rtm.Client.Connecting;

/// <summary>How every connection of a client is made.</summary>
internal sealed class ConnectionSetup(RtmClientOptions options, ILoggerFactory loggers, TimeProvider time)
{
    private readonly ILogger _logger = loggers.CreateLogger<FpnnConnection>();

    /// <param name="secure">Whether with the TLS or encryption that the options ask for.</param>
    public FpnnConnectionOptions Make(bool secure = true) => new()
    {
        ConnectTimeout = options.ConnectTimeout,
        QuestTimeout = options.QuestTimeout,
        Encryption = secure ? options.Encryption : null,
        Tls = secure ? MakeTls() : null,
        Logger = _logger,
        TimeProvider = time,
    };

    private SslClientAuthenticationOptions? MakeTls()
    {
        if (!options.UseTls)
            return null;
        var tls = new SslClientAuthenticationOptions();
        options.ConfigureTls?.Invoke(tls);
        return tls;
    }
}
