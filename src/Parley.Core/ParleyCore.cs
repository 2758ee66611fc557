using Microsoft.Extensions.Logging;
using Parley.Core.Changes;
using Parley.Core.Cluster;
using Parley.Core.Files;
using Parley.Core.Groups;
using Parley.Core.Listening;
using Parley.Core.Messaging;
using Parley.Core.Messaging.Inboxes;
using Parley.Core.MobilePush;
using Parley.Core.Moderation;
using Parley.Core.Pending;
using Parley.Core.Projects;
using Parley.Core.Relations;
using Parley.Core.Rooms;
using Parley.Core.Sessions;
using Parley.Core.Statistics;
using Parley.Core.Storage;
using Parley.Core.Translation;
using Parley.Core.Users;

namespace Parley.Core;

/// <summary>The messaging core over one store: everything that gateways ask for.</summary>
public sealed class ParleyCore : IAsyncDisposable
{
    private readonly CoreMetrics _metrics;
    private readonly Upkeep _upkeep;
    private readonly FileService? _files;
    private readonly Delivery _delivery;
    private readonly ILogger _logger;

    /// <summary>Puts the core together. The store stays the caller's to dispose of, after the core.</summary>
    /// <param name="store">The store.</param>
    /// <param name="settings">Bounds.</param>
    /// <param name="backplane">What nodes tell each other.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">For the log.</param>
    /// <param name="files">Where files are kept; null = this core has none.</param>
    public ParleyCore(
        IStore store, CoreSettings settings, IBackplane backplane, TimeProvider time, ILoggerFactory loggers, FileStorage? files = null)
    {
        var logger = loggers.CreateLogger("Parley.Core");
        _logger = logger;
        Store = store;
        Time = time;
        _metrics = new(time);
        Projects = new(store.Projects, backplane);
        Names = new(store.Names, settings);
        Tokens = new(store.Users, time);
        AccessTokens = new(store.AccessTokens, backplane, settings, time);
        Bans = new(store.Bans, backplane, settings, time);
        Changes = new(logger);
        Relations = new(store.Relations, backplane, Names, Changes, settings);
        Rooms = new(store.Rooms, store.Messages, Bans, backplane, settings, time);
        Sessions = new(Rooms);
        var groupNotices = new GroupNotices(Sessions, logger);
        Groups = new(store.Groups, backplane, Bans, Names, groupNotices, Changes, settings, time);
        GroupModeration = new(store.Groups, Groups, Bans, Names);
        Users = new(store, Groups, backplane, settings, time);
        Listeners = new(time);
        Sessions.Observe(Listeners);
        FriendRequests = new(store.FriendRequests, Relations, Sessions, backplane, Changes, time);
        Pending = new(store.Pending, time, logger);
        Logins = new(Projects, Tokens, Bans, Names, Users);
        Positions = new(store.Messages, settings, time, logger);
        Inboxes = new(store.Inboxes, backplane, Sessions, Positions, logger);
        _files = files is null ? null : new(files, store.Files, time, logger);
        History = new(store.Messages, Groups, Rooms, _files, logger);
        Unread = new(store.Messages, Groups, Positions);
        var policy = new SendPolicy(Groups, Rooms, Relations, Bans, Names, time);
        Translation = new(Projects, store.Users, time, logger);
        Sessions.Observe(Translation);
        _delivery = new Delivery(Sessions, Groups, Rooms, Listeners, Translation, _metrics);
        Messenger = new(policy, store.Messages, _delivery, _metrics, settings, time, logger);
        OnlineStatistics = new(store.Statistics, Projects, backplane, time, logger);
        Sessions.Observe(OnlineStatistics);
        GroupRankings = new(store.Statistics);
        Installations = new(store.Installations);
        AccessNodes = new(store.AccessNodes);
        _upkeep = new(store, Projects, _files, settings, time, logger);
        _metrics.Watch(Sessions, Rooms, Listeners);
    }

    /// <summary>The store.</summary>
    public IStore Store { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Projects.</summary>
    public ProjectDirectory Projects { get; }

    /// <summary>The name directory.</summary>
    public NameDirectory Names { get; }

    /// <summary>Who has ever been here.</summary>
    public UserDirectory Users { get; }

    /// <summary>Login tokens.</summary>
    public TokenService Tokens { get; }

    /// <summary>Tokens that gateways handed out, and what they are worth since.</summary>
    public AccessTokens AccessTokens { get; }

    /// <summary>Bans and blacklists.</summary>
    public BanDirectory Bans { get; }

    /// <summary>Friends and blocks.</summary>
    public RelationDirectory Relations { get; }

    /// <summary>Who hears of changes in groups and relations.</summary>
    public ChangeObservers Changes { get; }

    /// <summary>Friends to be.</summary>
    public FriendRequests FriendRequests { get; }

    /// <summary>Groups.</summary>
    public GroupDirectory Groups { get; }

    /// <summary>Who may do what in groups, and what operators decide about them.</summary>
    public GroupModeration GroupModeration { get; }

    /// <summary>Rooms.</summary>
    public RoomDirectory Rooms { get; }

    /// <summary>Who is online.</summary>
    public SessionRegistry Sessions { get; }

    /// <summary>Back ends' connections that are told of messages and events.</summary>
    public ListenerRegistry Listeners { get; }

    /// <summary>Who may come in.</summary>
    public LoginService Logins { get; }

    /// <summary>The path of every message.</summary>
    public Messenger Messenger { get; }

    /// <summary>What was said.</summary>
    public History History { get; }

    /// <summary>Files.</summary>
    /// <exception cref="InvalidOperationException">This core was put together without files.</exception>
    public FileService Files => _files ?? throw new InvalidOperationException("This core has no files.");

    /// <summary>What is unread.</summary>
    public UnreadService Unread { get; }

    /// <summary>Messages that stay pending until they are acknowledged one by one.</summary>
    public PendingMessages Pending { get; }

    /// <summary>What is numbered per user over all conversations.</summary>
    public InboxDirectory Inboxes { get; }

    /// <summary>How far users have read.</summary>
    public ReadPositions Positions { get; }

    /// <summary>Translation; off until <see cref="UseTranslator"/>.</summary>
    public TranslationService Translation { get; }

    /// <summary>How many sessions were open, by period.</summary>
    public OnlineStatistics OnlineStatistics { get; }

    /// <summary>The largest and the busiest groups.</summary>
    public GroupRankings GroupRankings { get; }

    /// <summary>Devices and installations of users.</summary>
    public Installations Installations { get; }

    /// <summary>Nodes that an operator pinned or removed.</summary>
    public AccessNodes AccessNodes { get; }

    /// <summary>Mobile push; null until <see cref="UsePushSenders"/>.</summary>
    internal MobilePushService? MobilePush => _delivery.MobilePush;

    /// <summary>Plugs a translation engine in. Called once, before there are sessions.</summary>
    public void UseTranslator(ITranslator translator, TranslationOptions options) => Translation.Use(translator, options);

    /// <summary>Plugs in what brings notifications to devices; the core disposes of it. Called once, before there are sessions.</summary>
    public void UsePushSenders(IReadOnlyList<IPushSender> senders, MobilePushOptions options) =>
        _delivery.MobilePush = new MobilePushService(senders, options, Sessions, Store.Users, _logger);

    /// <summary>Loads what must be in memory and begins the upkeep.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await Projects.ReloadAsync(cancellationToken);
        if (_files is not null)
            await _files.StartAsync(cancellationToken);
        await Inboxes.StartAsync(cancellationToken);
        await Messenger.StartAsync(cancellationToken);
        Positions.Start();
        await OnlineStatistics.StartAsync(cancellationToken);
        _upkeep.Start();
    }

    /// <summary>One round of the upkeep, now.</summary>
    internal Task RunUpkeepAsync(CancellationToken cancellationToken) => _upkeep.RunOnceAsync(cancellationToken);

    /// <summary>Ends the upkeep and writes what was gathered.</summary>
    public async ValueTask DisposeAsync()
    {
        await _upkeep.DisposeAsync();
        await Translation.DisposeAsync();
        if (_delivery.MobilePush is { } push)
            await push.DisposeAsync();
        await OnlineStatistics.DisposeAsync();
        await Pending.DisposeAsync();
        await Positions.DisposeAsync();
        if (_files is not null)
            await _files.DisposeAsync();
        Projects.Dispose();
        _metrics.Dispose();
    }
}
