using System.Net.Security;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Rtm.Transport;

namespace Parley.Rtm.Backend;

/// <summary>The settings of a <see cref="RtmBackendClient"/>. They are read when the client is made.</summary>
public sealed class RtmBackendOptions
{
    /// <summary>The server gate as <c>host:port</c>. Required.</summary>
    public string Endpoint { get; set; } = string.Empty;

    /// <summary>The project. Required.</summary>
    public long Pid { get; set; }

    /// <summary>The project's secret. Required.</summary>
    public string Secret { get; set; } = string.Empty;

    /// <summary>
    /// Signs without <c>ts</c>, as SDKs did before October 2019 (rtm-server §1.3). False by default: a signature with <c>ts</c> cannot be
    /// used again later by somebody who saw it.
    /// </summary>
    public bool LegacySign { get; set; }

    /// <summary>How long connecting may take, key exchange included. 5 s by default.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an answer is waited for when the call does not say. 5 s by default.</summary>
    public TimeSpan QuestTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the upload of a file may take when the call does not say. 120 s by default.</summary>
    public TimeSpan FileTimeout { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>The longest file that is sent, in bytes. 5242880 by default, as on the servers; longer ones fail with 200031.</summary>
    public int MaxFileLength { get; set; } = 5_242_880;

    /// <summary>How the parameters of a file are written. Flat by default.</summary>
    public RtmFileAttributesForm FileAttributes { get; set; } = RtmFileAttributesForm.Flat;

    /// <summary>
    /// The wait before the second attempt to connect again while listening; it doubles up to <see cref="MaxReconnectDelay"/>. The first
    /// attempt is made at once. 500 ms by default.
    /// </summary>
    public TimeSpan ReconnectDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest wait between two attempts. 10 s by default.</summary>
    public TimeSpan MaxReconnectDelay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>After so much silence of the server it is asked whether it is still there. 30 s by default.</summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How many events may wait for the monitor, and for each reader of <see cref="RtmBackendClient.ReadEventsAsync"/>. When that many
    /// wait, the next ones wait in the connection (1024 more), then nothing is read any more, answers included. 1024 by default.
    /// </summary>
    public int EventCapacity { get; set; } = 1024;

    /// <summary>Told of messages and events one after the other; null for none.</summary>
    public IRtmMonitor? Monitor { get; set; }

    /// <summary>TLS to server gate and file gate when not null.</summary>
    public SslClientAuthenticationOptions? Tls { get; set; }

    /// <summary>FPNN encryption to server gate and file gate when not null.</summary>
    public FpnnEncryption? Encryption { get; set; }

    /// <summary>Receives what happens to connections; never secrets, tokens or messages.</summary>
    public ILogger Logger { get; set; } = NullLogger.Instance;

    /// <summary>The clock of signatures, timeouts and message ids.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    internal FpnnAddress Check()
    {
        if (!FpnnAddress.TryParse(Endpoint, out var address))
            throw new ArgumentException($"Endpoint '{Endpoint}' is not of the form host:port.");
        if (Pid <= 0)
            throw new ArgumentException("Pid must be positive.");
        ArgumentException.ThrowIfNullOrEmpty(Secret);
        ArgumentOutOfRangeException.ThrowIfLessThan(EventCapacity, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxFileLength, 1);
        return address;
    }
}
