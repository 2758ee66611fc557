using Microsoft.Extensions.Logging;
using Parley.Core.Cluster;
using Parley.Core.Projects;
using Parley.Core.Sessions;
using Parley.Core.Storage;
using Parley.Core.Users;

namespace Parley.Core.Messaging.Inboxes;

/// <summary>
/// Inboxes, for protocols that number per user what others number per conversation. Only enrolled users have one; for all others, and in
/// projects without enrolled users, nothing is written.
/// </summary>
/// <remarks>
/// Numbers are given by the store inside the commit that stores a message. Messages of different conversations reach a session through
/// different lanes, so their numbers may come a little out of order; a session that must show them in order waits for the missing ones.
/// </remarks>
public sealed class InboxDirectory
{
    /// <summary>How much of what is unread is put into a new inbox: the newest so many messages.</summary>
    public const int MostUnread = 1000;

    private readonly IInboxStore _store;
    private readonly IBackplane _backplane;
    private readonly SessionRegistry _sessions;
    private readonly ReadPositions _positions;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly HashSet<UserKey> _enrolled = []; // use inside the gate; only a shortcut: the store decides

    internal InboxDirectory(IInboxStore store, IBackplane backplane, SessionRegistry sessions, ReadPositions positions, ILogger logger)
    {
        _store = store;
        _backplane = backplane;
        _sessions = sessions;
        _positions = positions;
        _logger = logger;
        backplane.Subscribe(CacheArea.Inbox, notice => Add(new(notice.ProjectId, notice.Id)));
    }

    /// <summary>
    /// Gives a user an inbox from now on; what is unread at this moment, peer-to-peer and in groups, is put in first: the newest
    /// <see cref="MostUnread"/>, the oldest of them as number 1. Cheap for a user who is enrolled.
    /// </summary>
    public async ValueTask EnrolAsync(Project project, long userId, CancellationToken cancellationToken)
    {
        if (IsEnrolled(project.Id, userId))
            return;
        await _positions.FlushAsync(new(project.Id, userId));
        await _store.EnrolAsync(project.Id, userId, MostUnread, cancellationToken);
        await _backplane.InvalidateAsync(new(CacheArea.Inbox, project.Id, userId));
    }

    /// <summary>Whether the user has an inbox.</summary>
    public bool IsEnrolled(long projectId, long userId)
    {
        lock (_gate)
            return _enrolled.Contains(new(projectId, userId));
    }

    /// <summary>Those of the users who have an inbox, in their order.</summary>
    public IReadOnlyList<long> GetEnrolled(long projectId, IReadOnlyList<long> userIds)
    {
        List<long>? enrolled = null;
        lock (_gate)
        {
            for (var i = 0; i < userIds.Count && _enrolled.Count > 0; i++)
            {
                if (_enrolled.Contains(new(projectId, userIds[i])))
                    (enrolled ??= []).Add(userIds[i]);
            }
        }
        return enrolled ?? (IReadOnlyList<long>)[];
    }

    /// <summary>Whether one of the users has an inbox.</summary>
    public bool HasAny(long projectId, IReadOnlyList<long> userIds)
    {
        lock (_gate)
        {
            for (var i = 0; i < userIds.Count && _enrolled.Count > 0; i++)
            {
                if (_enrolled.Contains(new(projectId, userIds[i])))
                    return true;
            }
        }
        return false;
    }

    /// <summary>What the user's inbox spans; zeros for who has none.</summary>
    public ValueTask<InboxBounds> GetBoundsAsync(Project project, long userId, CancellationToken cancellationToken) =>
        _store.GetBoundsAsync(project.Id, userId, cancellationToken);

    /// <summary>
    /// What lies in the inbox at these numbers, ascending, each once. Numbers never given, and those of deleted or retired messages, are
    /// left out. How many numbers one call may ask for is the caller's to limit.
    /// </summary>
    public ValueTask<IReadOnlyList<InboxItem>> GetAsync(
        Project project, long userId, IReadOnlyList<long> numbers, CancellationToken cancellationToken) =>
        _store.GetAsync(project.Id, userId, numbers, cancellationToken);

    /// <summary>
    /// Stores a note for users, in one commit, and then tells their sessions (<see cref="Session.OnNote"/>), also those of users without
    /// an inbox.
    /// </summary>
    /// <param name="project">The project.</param>
    /// <param name="userIds">For whom.</param>
    /// <param name="note">The note; owned by the core from now on.</param>
    /// <param name="cancellationToken">Gives up waiting for the store.</param>
    /// <returns>The number for each user, in their order; 0 = not enrolled.</returns>
    public async ValueTask<IReadOnlyList<long>> AddNoteAsync(
        Project project, IReadOnlyList<long> userIds, ReadOnlyMemory<byte> note, CancellationToken cancellationToken)
    {
        var numbers = HasAny(project.Id, userIds)
            ? await _store.AddNoteAsync(project.Id, userIds, note, cancellationToken)
            : new long[userIds.Count];
        Tell(project.Id, userIds, numbers, note);
        return numbers;
    }

    /// <summary>Loads who is enrolled.</summary>
    internal async Task StartAsync(CancellationToken cancellationToken)
    {
        var enrolled = await _store.GetEnrolledAsync(cancellationToken);
        lock (_gate)
            _enrolled.UnionWith(enrolled);
    }

    private void Add(UserKey user)
    {
        lock (_gate)
            _enrolled.Add(user);
    }

    private void Tell(long projectId, IReadOnlyList<long> userIds, IReadOnlyList<long> numbers, ReadOnlyMemory<byte> note)
    {
        if (_sessions.Count == 0)
            return;
        var isOwner = Burst.TryBegin();
        var told = new HashSet<long>(userIds.Count);
        for (var i = 0; i < userIds.Count; i++)
        {
            if (!told.Add(userIds[i]) || _sessions.Find(projectId, userIds[i]) is not { } presence)
                continue;
            foreach (var session in presence.Sessions)
                Tell(session, new(numbers[i], note));
        }
        if (isOwner)
            Burst.End();
    }

    private void Tell(Session session, InboxNote note)
    {
        try
        {
            session.OnNote(note);
        }
        catch (Exception exception)
        {
            _logger.NoteFailed(exception, session.Project.Id);
        }
    }
}
