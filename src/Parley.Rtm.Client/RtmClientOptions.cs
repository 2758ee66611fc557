using System.Net.Security;
using Parley.Rtm.Transport;

namespace Parley.Rtm.Client;

/// <summary>Which form of address dispatch is to answer with.</summary>
public enum RtmAddressKind
{
    /// <summary>An IPv4 address.</summary>
    IPv4,

    /// <summary>An IPv6 address.</summary>
    IPv6,

    /// <summary>A host name.</summary>
    Domain,
}

/// <summary>The settings of a client. They are read when the client is made; later changes do nothing.</summary>
public sealed record RtmClientOptions
{
    /// <summary>The longest time that any of the times here may have.</summary>
    public static readonly TimeSpan LongestTime = TimeSpan.FromHours(1);

    /// <summary>
    /// <c>host:port</c> of dispatch, which is asked for a gate before every login (<c>which</c>). Either this or <see cref="Gate"/>.
    /// </summary>
    public string? Dispatch { get; set; }

    /// <summary><c>host:port</c> of the client gate. When it is set, dispatch is not asked.</summary>
    public string? Gate { get; set; }

    /// <summary>Which form of address dispatch is to answer with. IPv4 by default.</summary>
    public RtmAddressKind AddressKind { get; set; }

    /// <summary>The project (<c>pid</c>), positive.</summary>
    public long ProjectId { get; set; }

    /// <summary>The user (<c>uid</c>), positive.</summary>
    public long UserId { get; set; }

    /// <summary>The login token that the business back end got for this user. Either this or <see cref="TokenProvider"/>.</summary>
    public string? Token { get; set; }

    /// <summary>
    /// Asks the business back end for a token: before the first login, and once more when the gate no longer takes the one there is.
    /// </summary>
    public Func<CancellationToken, Task<string>>? TokenProvider { get; set; }

    /// <summary>FPNN's own encryption of connections to gate and file gate; null = none. Not together with TLS.</summary>
    public FpnnEncryption? Encryption { get; set; }

    /// <summary>TLS for connections to gate and file gate. Off by default.</summary>
    public bool UseTls { get; set; }

    /// <summary>Changes how TLS is set up; called for each connection. Null = the certificate must be valid for the host.</summary>
    public Action<SslClientAuthenticationOptions>? ConfigureTls { get; set; }

    /// <summary>
    /// Whether dispatch is spoken to with the same TLS or encryption as the gate. On by default: who can forge the answer of dispatch
    /// chooses where the token is sent. Switch it off for a dispatch that has neither.
    /// </summary>
    public bool SecureDispatch { get; set; } = true;

    /// <summary>How long a connection may take, up to an hour. 5 s by default.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a call waits for its answer when it does not say, up to an hour. 10 s by default.</summary>
    public TimeSpan QuestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How often a message or file is sent again, with the same message id, when no answer came or the connection was lost; 0 to 10.
    /// 2 by default. Together with <see cref="QuestTimeout"/> it should stay below the server's duplicate window (120 s).
    /// </summary>
    public int SendRetries { get; set; } = 2;

    /// <summary>Whether the gate shall tell after login what is unread (<c>pushunread</c>). Off by default.</summary>
    public bool WantsUnread { get; set; }

    /// <summary>The language to translate messages to (<c>setlang</c> after each login); null = leave what the server has.</summary>
    public string? Language { get; set; }

    /// <summary>Attributes of the connection, sent with each login; null = none (<see cref="RtmClient.AddAttributesAsync"/>).</summary>
    public IReadOnlyDictionary<string, string>? Attributes { get; set; }

    /// <summary>Whether the rooms that were entered are entered again after a lost connection. On by default.</summary>
    public bool RestoreRooms { get; set; } = true;

    /// <summary>How often the client pings the gate, up to an hour. 20 s by default.</summary>
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>After how long without a single package the connection counts as dead, up to an hour. 60 s by default.</summary>
    public TimeSpan SilenceLimit { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How many pushes may wait for the application, 1 to 1,000,000; 1024 by default. When they are that many, further ones are refused
    /// with error 20011 in the place of a receipt: the server keeps them as unread, and may push them again.
    /// </summary>
    public int PushQueueCapacity { get; set; } = 1024;

    /// <summary>How long a push is remembered to recognise a repetition, up to an hour. 20 minutes by default.</summary>
    public TimeSpan DuplicateMemory { get; set; } = TimeSpan.FromMinutes(20);

    /// <summary>How many pushes are remembered at most, 1 to 1,000,000; then the oldest is forgotten. 65536 by default.</summary>
    public int DuplicateCapacity { get; set; } = 65_536;

    /// <summary>The largest file to upload, in bytes, up to 7 MiB. 5 MiB by default, as the server.</summary>
    public int FileBytes { get; set; } = 5_242_880;

    /// <exception cref="ArgumentException">A value is missing or out of its range; it says which.</exception>
    internal void Validate()
    {
        if (Gate is null && Dispatch is null)
            throw new ArgumentException("Either Gate or Dispatch is needed.");
        if (!FpnnAddress.TryParse(Gate ?? Dispatch, out _))
            throw new ArgumentException($"'{Gate ?? Dispatch}' is not of the form host:port.");
        Check(ProjectId, 1, int.MaxValue, nameof(ProjectId));
        Check(UserId, 1, long.MaxValue, nameof(UserId));
        if (Token is null && TokenProvider is null)
            throw new ArgumentException("Either Token or TokenProvider is needed.");
        if (UseTls && Encryption is not null)
            throw new ArgumentException("TLS and FPNN encryption exclude each other.");
        Check(ConnectTimeout, nameof(ConnectTimeout));
        Check(QuestTimeout, nameof(QuestTimeout));
        Check(PingInterval, nameof(PingInterval));
        Check(SilenceLimit, nameof(SilenceLimit));
        Check(DuplicateMemory, nameof(DuplicateMemory));
        Check(SendRetries, 0, 10, nameof(SendRetries));
        Check(PushQueueCapacity, 1, 1_000_000, nameof(PushQueueCapacity));
        Check(DuplicateCapacity, 1, 1_000_000, nameof(DuplicateCapacity));
        Check(FileBytes, 1, 7 * 1024 * 1024, nameof(FileBytes));
    }

    private static void Check(long value, long least, long most, string name)
    {
        if (value < least || value > most)
            throw new ArgumentException($"{name} is {value}; it must be {least} to {most}.");
    }

    private static void Check(TimeSpan value, string name)
    {
        if (value <= TimeSpan.Zero || value > LongestTime)
            throw new ArgumentException($"{name} is {value}; it must be positive and at most {LongestTime}.");
    }
}
