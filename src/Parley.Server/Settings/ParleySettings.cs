using System.ComponentModel.DataAnnotations;
using Parley.Core;
using Parley.Gateways.Beehive;
using Parley.Gateways.Connections;
using Parley.Gateways.GoIm;
using Parley.Gateways.OpenIm;
using Parley.Gateways.Rtm;
using Parley.Outgoing.MobilePush;
using Parley.Outgoing.Translation;

namespace Parley.Server.Settings;

/// <summary>The section <c>Parley</c>. Every property has a row in <c>docs/settings.md</c>; a test holds the two against each other.</summary>
internal sealed record ParleySettings
{
    /// <summary>Where the database and everything else that must last is kept.</summary>
    [MinLength(1)]
    public string DataDirectory { get; init; } = "./data";

    /// <summary>Where doors listen, by the door's name: host:port; port 0 = any free, empty = off.</summary>
    public IReadOnlyDictionary<string, string> Endpoints { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether doors whose protocol cannot authenticate users may listen on other addresses than loopback.</summary>
    public bool AllowUnauthenticatedDoors { get; init; }

    /// <summary>The host name or address that clients are told to connect to; "" = the address that the door is bound to.</summary>
    public string PublicHost { get; init; } = "";

    /// <summary>How long clients may take to leave when the server stops, in seconds, 0 to 6.</summary>
    [Range(0, 6)]
    public int DrainSeconds { get; init; } = 5;

    /// <summary>Encryption of doors.</summary>
    public TlsSettings Tls { get; init; } = new();

    /// <summary>What is logged, and how.</summary>
    public LogSettings Log { get; init; } = new();

    /// <summary>Projects to make or to bring up to date at start.</summary>
    public IReadOnlyList<ProjectEntry> Projects { get; init; } = [];

    /// <summary>Back ends that are told of messages and events by HTTP requests.</summary>
    public IReadOnlyList<WebhookEntry> Webhooks { get; init; } = [];

    /// <summary>Bounds of the core.</summary>
    public CoreSettings Core { get; init; } = new();

    /// <summary>Bounds of every connection.</summary>
    public ConnectionSettings Connections { get; init; } = new();

    /// <summary>The RTM gateway.</summary>
    public RtmSettings Rtm { get; init; } = new();

    /// <summary>The GoIM gateway.</summary>
    public GoImSettings GoIm { get; init; } = new();

    /// <summary>The beehive gateway.</summary>
    public BeehiveSettings Beehive { get; init; } = new();

    /// <summary>The OpenIM gateway.</summary>
    public OpenImSettings OpenIm { get; init; } = new();

    /// <summary>Files.</summary>
    public FilesSettings Files { get; init; } = new();

    /// <summary>The translation engine.</summary>
    public TranslationSettings Translation { get; init; } = new();

    /// <summary>Notifications for devices of users who are away.</summary>
    public MobilePushSettings MobilePush { get; init; } = new();

    /// <summary>The embedded store.</summary>
    public SqliteSettings Sqlite { get; init; } = new();
}
