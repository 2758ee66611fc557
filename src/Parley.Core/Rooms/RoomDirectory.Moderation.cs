using Parley.Core.Cluster;
using Parley.Core.Moderation;
using Parley.Core.Projects;

namespace Parley.Core.Rooms;

/// <content>What owners and the operator do with rooms. Actor 0 is the operator.</content>
public sealed partial class RoomDirectory
{
    /// <summary>What is kept of a room; a room that nobody made has a record too.</summary>
    public ValueTask<RoomRecord> GetAsync(Project project, long roomId)
    {
        var key = (project.Id, roomId);
        return _states.TryGet(key, out var state) ? new(state.Record) : LoadAsync(key);

        async ValueTask<RoomRecord> LoadAsync((long, long) key) => (await _states.GetAsync(key)).Record;
    }

    /// <summary>
    /// Makes a room and gives it an id of its own, from 1000000000 on: one that was never used for anything. The owner does not enter.
    /// </summary>
    public async ValueTask<long> CreateAsync(
        Project project, long ownerId, string name, string description, CancellationToken cancellationToken)
    {
        var record = new RoomRecord(name, description, ownerId, false, 0);
        var roomId = await _store.CreateAsync(
            project.Id, record, roomId => Find(project.Id, roomId) is not null, cancellationToken);
        await ForgetAsync(project, roomId);
        return roomId;
    }

    /// <summary>
    /// Takes everybody out and forgets the room: owner, texts, state, bans and kept broadcasts. Messages stay. For the owner and the
    /// operator.
    /// </summary>
    /// <returns><see cref="CoreError.InvalidId"/>, <see cref="CoreError.NotAllowed"/> or none.</returns>
    public async ValueTask<CoreError> DismissAsync(Project project, long roomId, long actor, CancellationToken cancellationToken)
    {
        if (roomId <= 0)
            return CoreError.InvalidId;
        if (actor != 0 && (await GetAsync(project, roomId)).OwnerId != actor)
            return CoreError.NotAllowed;
        await _store.RemoveAsync(project.Id, roomId, cancellationToken);
        await ForgetAsync(project, roomId);
        await _bans.ForgetAsync(project.Id, BanPlace.Room(roomId));
        TakeOutAll(project.Id, roomId);
        return CoreError.None;
    }

    /// <summary>
    /// Puts a user on the blacklist, takes the user out and tells the room. For the owner, who cannot be the one, and the operator.
    /// </summary>
    /// <returns><see cref="CoreError.InvalidId"/>, <see cref="CoreError.NotAllowed"/> or none.</returns>
    public async ValueTask<CoreError> KickAsync(
        Project project, long roomId, long actor, long userId, CancellationToken cancellationToken)
    {
        if (roomId <= 0 || userId <= 0)
            return CoreError.InvalidId;
        if (actor != 0 && (actor == userId || (await GetAsync(project, roomId)).OwnerId != actor))
            return CoreError.NotAllowed;
        await _bans.BanAsync(project, BanPlace.Room(roomId), BanKind.Enter, userId, 0, cancellationToken);
        if (_sessions?.Find(project.Id, userId) is { } presence)
            TakeOut(presence, roomId);
        if (Find(project.Id, roomId) is { } room)
            Tell(room, RoomNoticeKind.Kicked, userId);
        return CoreError.None;
    }

    /// <summary>Forbids a user (0 = everyone but the owner) to speak in a room, or allows it again; allowing 0 allows it to all.</summary>
    public ValueTask GagAsync(Project project, long roomId, long userId, bool isGagged, CancellationToken cancellationToken) =>
        BanAsync(project, roomId, BanKind.Speak, userId, isGagged, cancellationToken);

    /// <summary>
    /// Forbids a user (0 = everyone) to enter a room, or allows it again; allowing 0 allows it to all. Who is listed is taken out at once,
    /// and the room is told.
    /// </summary>
    public async ValueTask BlacklistAsync(Project project, long roomId, long userId, bool isListed, CancellationToken cancellationToken)
    {
        await BanAsync(project, roomId, BanKind.Enter, userId, isListed, cancellationToken);
        if (!isListed)
            return;
        if (userId == 0)
            TakeOutAll(project.Id, roomId);
        else if (_sessions?.Find(project.Id, userId) is { } presence && TakeOut(presence, roomId).Room is { } room)
            Tell(room, RoomNoticeKind.Kicked, userId);
    }

    /// <summary>Who must not speak in a room, by bans that still hold: ascending, 0 = everyone.</summary>
    public ValueTask<IReadOnlyList<long>> GetGaggedAsync(Project project, long roomId, CancellationToken cancellationToken) =>
        GetBannedAsync(project, roomId, BanKind.Speak, cancellationToken);

    /// <summary>Who must not enter a room, by bans that still hold: ascending, 0 = everyone.</summary>
    public ValueTask<IReadOnlyList<long>> GetBlacklistedAsync(Project project, long roomId, CancellationToken cancellationToken) =>
        GetBannedAsync(project, roomId, BanKind.Enter, cancellationToken);

    /// <summary>
    /// Closes a room, for ever until it is opened again: everybody is taken out, without a ban, nobody enters and users do not speak.
    /// </summary>
    public async ValueTask SetClosedAsync(Project project, long roomId, bool isClosed, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(roomId);
        await _store.SetClosedAsync(project.Id, roomId, isClosed, cancellationToken);
        await ForgetAsync(project, roomId);
        if (isClosed)
            TakeOutAll(project.Id, roomId);
    }

    /// <summary>
    /// Sets the most sessions of a sub-group of a room, or with <paramref name="roomId"/> 0 of the project's rooms that have no capacity
    /// of their own; 0 or less = none. Sessions that sit keep their seats.
    /// </summary>
    public async ValueTask SetCapacityAsync(Project project, long roomId, int capacity, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(roomId);
        await _store.SetCapacityAsync(project.Id, roomId, Math.Max(0, capacity), cancellationToken);
        await ForgetAsync(project, roomId);
    }

    /// <summary>The most sessions of a sub-group that holds for a room, or with <paramref name="roomId"/> 0 the project's default.</summary>
    public async ValueTask<int> GetCapacityAsync(Project project, long roomId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var capacity = (await GetAsync(project, roomId)).Capacity;
        if (capacity == 0 && roomId != 0)
            capacity = (await GetAsync(project, 0)).Capacity;
        return capacity > 0 ? capacity : DefaultCapacity;
    }

    private ValueTask BanAsync(
        Project project, long roomId, BanKind kind, long userId, bool isBanned, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(roomId);
        ArgumentOutOfRangeException.ThrowIfNegative(userId);
        var place = BanPlace.Room(roomId);
        if (isBanned)
            return _bans.BanAsync(project, place, kind, userId, 0, cancellationToken);
        return userId == 0
            ? _bans.LiftAllAsync(project, place, kind, cancellationToken)
            : _bans.LiftAsync(project, place, kind, userId, cancellationToken);
    }

    private async ValueTask<IReadOnlyList<long>> GetBannedAsync(
        Project project, long roomId, BanKind kind, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return [.. (await _bans.GetAsync(project, BanPlace.Room(roomId), kind)).Select(static ban => ban.UserId)];
    }

    private ValueTask ForgetAsync(Project project, long roomId) => _backplane.InvalidateAsync(new(CacheArea.Room, project.Id, roomId));
}
