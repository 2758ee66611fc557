using Microsoft.Extensions.Logging;
using Parley.Core.Cluster;
using Parley.Core.Groups;
using Parley.Core.Listening;
using Parley.Core.Messaging;
using Parley.Core.Moderation;
using Parley.Core.Pending;
using Parley.Core.Projects;
using Parley.Core.Relations;
using Parley.Core.Rooms;
using Parley.Core.Sessions;
using Parley.Core.Storage;
using Parley.Core.Users;

namespace Parley.Core;

/// <summary>The messaging core over one store: everything that gateways ask for.</summary>
public sealed class ParleyCore : IAsyncDisposable
{
    private readonly CoreMetrics _metrics;
    private readonly Upkeep _upkeep;

    /// <summary>Puts the core together. The store stays the caller's to dispose of, after the core.</summary>
    public ParleyCore(IStore store, CoreSettings settings, IBackplane backplane, TimeProvider time, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger("Parley.Core");
        Store = store;
        Time = time;
        _metrics = new(time);
        Projects = new(store.Projects, backplane);
        Names = new(store.Names, settings);
        Users = new(store.Users, settings);
        Tokens = new(store.Users, time);
        Bans = new(store.Bans, backplane, settings, time);
        Relations = new(store.Relations, backplane, Names, settings);
        Groups = new(store.Groups, backplane, Bans, Names, settings, time);
        Rooms = new(store.Rooms, Bans);
        Sessions = new(Rooms);
        Listeners = new(time);
        Sessions.Observe(Listeners);
        FriendRequests = new(store.FriendRequests, Sessions, backplane, time);
        Pending = new(store.Pending, time, logger);
        Logins = new(Projects, Tokens, Bans, Names, store, time);
        Positions = new(store.Messages, settings, time, logger);
        History = new(store.Messages, Groups, Rooms);
        Unread = new(store.Messages, Groups, Positions);
        var policy = new SendPolicy(Groups, Rooms, Relations, Bans, Names, time);
        var delivery = new Delivery(Sessions, Groups, Rooms, Listeners, _metrics);
        Messenger = new(policy, store.Messages, delivery, _metrics, settings, time, logger);
        _upkeep = new(store, Projects, settings, time, logger);
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

    /// <summary>Bans and blacklists.</summary>
    public BanDirectory Bans { get; }

    /// <summary>Friends and blocks.</summary>
    public RelationDirectory Relations { get; }

    /// <summary>Friends to be.</summary>
    public FriendRequests FriendRequests { get; }

    /// <summary>Groups.</summary>
    public GroupDirectory Groups { get; }

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

    /// <summary>What is unread.</summary>
    public UnreadService Unread { get; }

    /// <summary>Messages that stay pending until they are acknowledged one by one.</summary>
    public PendingMessages Pending { get; }

    /// <summary>How far users have read.</summary>
    public ReadPositions Positions { get; }

    /// <summary>Loads what must be in memory and begins the upkeep.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await Projects.ReloadAsync(cancellationToken);
        Positions.Start();
        _upkeep.Start();
    }

    /// <summary>Ends the upkeep and writes what was gathered.</summary>
    public async ValueTask DisposeAsync()
    {
        await _upkeep.DisposeAsync();
        await Pending.DisposeAsync();
        await Positions.DisposeAsync();
        Projects.Dispose();
        _metrics.Dispose();
    }
}
