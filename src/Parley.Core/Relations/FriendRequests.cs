using Parley.Core.Changes;
using Parley.Core.Cluster;
using Parley.Core.Projects;
using Parley.Core.Sessions;
using Parley.Core.Storage;

namespace Parley.Core.Relations;

/// <summary>Asking to become friends, and reacting to it.</summary>
public sealed class FriendRequests
{
    /// <summary>How many requests and removals wait for one user at the most; beyond it the oldest are forgotten.</summary>
    public const int MostWaiting = 1000;

    /// <summary>How many days word of a removal waits at the least; older ones are forgotten when something else is kept for the user.</summary>
    public const int RemovalDays = 30;

    private readonly IFriendRequestStore _store;
    private readonly RelationDirectory _relations;
    private readonly SessionRegistry _sessions;
    private readonly IBackplane _backplane;
    private readonly ChangeObservers _changes;
    private readonly TimeProvider _time;

    internal FriendRequests(
        IFriendRequestStore store, RelationDirectory relations, SessionRegistry sessions, IBackplane backplane, ChangeObservers changes,
        TimeProvider time)
    {
        _store = store;
        _relations = relations;
        _sessions = sessions;
        _backplane = backplane;
        _changes = changes;
        _time = time;
    }

    /// <summary>
    /// Asks, and tells the other one's sessions. While an earlier request of the same user to the same user waits, that one is told again,
    /// with the new remark.
    /// </summary>
    /// <returns><see cref="CoreError.Blocked"/> when the other one has blocked the sender, or none.</returns>
    public async ValueTask<CoreError> AskAsync(
        Project project, long sender, long receiver, string remark, CancellationToken cancellationToken)
    {
        if ((await _relations.GetSetAsync(RelationKind.Block, new(project.Id, receiver))).Contains(sender))
            return CoreError.Blocked;
        Tell(project, await KeepAsync(project, New(sender, receiver, remark, isRemoval: false), cancellationToken));
        return CoreError.None;
    }

    /// <summary>
    /// Ends a friendship on both sides and tells the other one's sessions; when none of them knows what to do with it, word of it waits.
    /// </summary>
    public async ValueTask UnfriendAsync(Project project, long sender, long receiver, CancellationToken cancellationToken)
    {
        await _relations.RemoveAsync(project, RelationKind.Friend, sender, [receiver], cancellationToken);
        await _relations.RemoveAsync(project, RelationKind.Friend, receiver, [sender], cancellationToken);
        var removal = New(sender, receiver, "", isRemoval: true);
        if (!Tell(project, removal))
            await KeepAsync(project, removal, cancellationToken);
    }

    /// <summary>A request that waits; null when there is none.</summary>
    public ValueTask<FriendRequest?> FindAsync(Project project, Guid id, CancellationToken cancellationToken) =>
        _store.FindAsync(project.Id, id, cancellationToken);

    /// <summary>The requests and removals that wait for a user, oldest first.</summary>
    public ValueTask<IReadOnlyList<FriendRequest>> GetForAsync(Project project, long receiver, CancellationToken cancellationToken) =>
        _store.GetForAsync(project.Id, receiver, cancellationToken);

    /// <summary>Ends a request; when it is accepted, each is among the other's friends. False when it no longer waits.</summary>
    public async ValueTask<bool> EndAsync(Project project, FriendRequest request, bool isAccepted, CancellationToken cancellationToken)
    {
        var end = await _store.EndAsync(project.Id, request.Id, isAccepted, cancellationToken);
        if (end == FriendRequestEnd.NotThere)
            return false;
        if (isAccepted)
        {
            await _backplane.InvalidateAsync(new(CacheArea.Friends, project.Id, request.Sender));
            await _backplane.InvalidateAsync(new(CacheArea.Friends, project.Id, request.Receiver));
        }
        if (end == FriendRequestEnd.MadeFriends)
        {
            await _changes.TellAsync(
                project, new RelationChange(RelationKind.Friend, request.Sender, [request.Receiver], IsMutual: true, request.Receiver),
                cause: request.Receiver);
        }
        return true;
    }

    private ValueTask<FriendRequest> KeepAsync(Project project, FriendRequest request, CancellationToken cancellationToken) =>
        _store.AddAsync(
            project.Id, request, new(MostWaiting, _time.GetUtcNow().AddDays(-RemovalDays).ToUnixTimeMilliseconds()), cancellationToken);

    private FriendRequest New(long sender, long receiver, string remark, bool isRemoval) =>
        new(Guid.NewGuid(), sender, receiver, _time.GetUtcNow().ToUnixTimeMilliseconds(), remark, isRemoval);

    /// <summary>True when at least one session told its client.</summary>
    private bool Tell(Project project, FriendRequest request)
    {
        if (_sessions.Find(project.Id, request.Receiver) is not { } presence)
            return false;
        var isTold = false;
        foreach (var session in presence.Sessions)
            isTold |= session.OnFriendRequest(request);
        return isTold;
    }
}
