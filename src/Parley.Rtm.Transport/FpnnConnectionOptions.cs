using System.Net.Security;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Wire.Fpnn;

namespace Parley.Rtm.Transport;

/// <summary>
/// Handles one quest of the server. Quests of a connection come one after the other, in the order received. A two-way quest that is not
/// answered when the handler ends gets error 20004; when the handler throws, 20001.
/// </summary>
/// <param name="quest">The quest; its payload stays valid after the handler ended.</param>
/// <param name="cancellationToken">Cancelled when the connection ends.</param>
public delegate ValueTask FpnnQuestHandler(FpnnQuest quest, CancellationToken cancellationToken);

/// <summary>The settings of one connection.</summary>
public sealed class FpnnConnectionOptions
{
    /// <summary>How long connecting may take, TLS and key exchange included. 5 s by default.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long an answer is waited for when the call does not say. 5 s by default.</summary>
    public TimeSpan QuestTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>TLS below FPNN when not null (fpnn §6.5). An empty target host becomes the host of the address.</summary>
    public SslClientAuthenticationOptions? Tls { get; set; }

    /// <summary>FPNN's own encryption when not null (fpnn §5). Not together with <see cref="Tls"/>: servers refuse it.</summary>
    public FpnnEncryption? Encryption { get; set; }

    /// <summary>The largest package that is let in, in bytes. 8 MiB by default.</summary>
    public int MaxPackageLength { get; set; } = FpnnFraming.DefaultMaxPackageLength;

    /// <summary>How many quests may wait for their answers at once; one more waits for its turn. 4096 by default.</summary>
    public int MaxAsksInFlight { get; set; } = 4096;

    /// <summary>How many packages may wait to be written; one more makes its sender wait. 1024 by default.</summary>
    public int OutboundCapacity { get; set; } = 1024;

    /// <summary>
    /// How many quests of the server may wait for the handler; when they are that many, nothing more is read from the connection until
    /// the handler has ended one, answers included. 1024 by default.
    /// </summary>
    public int InboundCapacity { get; set; } = 1024;

    /// <summary>
    /// Handles the quests of the server other than <c>ping</c> and <c>*ping</c>, which are always answered at once. Null answers 20004 to
    /// all.
    /// </summary>
    public FpnnQuestHandler? OnQuest { get; set; }

    /// <summary>Told once when the connection has ended. It must not block.</summary>
    public Action<FpnnClosed>? OnClosed { get; set; }

    /// <summary>Told after every write how many bytes have been handed to the network altogether. It must not block or throw.</summary>
    public Action<long>? OnSent { get; set; }

    /// <summary>Receives what happens to the connection; never payloads.</summary>
    public ILogger Logger { get; set; } = NullLogger.Instance;

    /// <summary>The clock of the timeouts.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;
}
