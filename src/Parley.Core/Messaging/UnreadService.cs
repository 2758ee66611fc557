using Parley.Core.Groups;
using Parley.Core.Projects;
using Parley.Core.Storage;

namespace Parley.Core.Messaging;

/// <summary>Where a user stands in all conversations.</summary>
/// <param name="Peers">The peer-to-peer conversations, newest first.</param>
/// <param name="Groups">The groups that something was ever said in, newest first.</param>
/// <param name="Broadcast">The broadcast; null when nothing was ever broadcast.</param>
public sealed record UnreadStatus(
    IReadOnlyList<ConversationState> Peers, IReadOnlyList<ConversationState> Groups, ConversationState? Broadcast)
{
    /// <summary>Whether anything is unread.</summary>
    public bool HasAny => Peers.Any(state => state.Unread > 0) || Groups.Any(state => state.Unread > 0) || Broadcast is { Unread: > 0 };
}

/// <summary>
/// Unread is arithmetic (DESIGN §5.7): nothing is written per member when a message is sent; what is unread follows from where the
/// conversation stands and how far the user has read.
/// </summary>
public sealed class UnreadService
{
    private readonly IMessageStore _store;
    private readonly GroupDirectory _groups;
    private readonly ReadPositions _positions;

    internal UnreadService(IMessageStore store, GroupDirectory groups, ReadPositions positions)
    {
        _store = store;
        _groups = groups;
        _positions = positions;
    }

    /// <summary>Where the user stands in all conversations.</summary>
    public async ValueTask<UnreadStatus> GetStatusAsync(Project project, long userId, CancellationToken cancellationToken)
    {
        await _positions.FlushAsync(new(project.Id, userId));
        var peers = await _store.GetPeerStatesAsync(project.Id, userId, default, cancellationToken);
        var groupIds = await _groups.GetGroupsOfAsync(project, userId, cancellationToken);
        var keys = new List<ConversationKey>(groupIds.Count + 1);
        foreach (var groupId in groupIds)
            keys.Add(ConversationKey.Group(project.Id, groupId));
        keys.Add(ConversationKey.Broadcast(project.Id));
        var others = await _store.GetStatesAsync(userId, keys, default, cancellationToken);
        ConversationState? broadcast = null;
        var groups = new List<ConversationState>(others.Count);
        foreach (var state in others)
        {
            if (state.Conversation.Kind == ConversationKind.Broadcast)
                broadcast = state;
            else
                groups.Add(state);
        }
        return new([.. peers.OrderByDescending(state => state.Head.Time)], [.. groups.OrderByDescending(state => state.Head.Time)], broadcast);
    }

    /// <summary>Where the user stands in the given conversations; those in which nothing was ever said are left out.</summary>
    public async ValueTask<IReadOnlyList<ConversationState>> GetStatesAsync(
        Project project, long userId, IReadOnlyList<ConversationKey> conversations, UnreadFilter filter, CancellationToken cancellationToken)
    {
        await _positions.FlushAsync(new(project.Id, userId));
        return await _store.GetStatesAsync(userId, conversations, filter, cancellationToken);
    }

    /// <summary>Marks a conversation as read up to a head that was taken before its history was read.</summary>
    public void MarkRead(ConversationKey conversation, long userId, ConversationHead head)
    {
        if (head.Sequence > 0)
            _positions.Advance(conversation, userId, from: 0, head.Sequence);
    }

    /// <summary>Marks everything everywhere as read, durably before it returns.</summary>
    public async ValueTask MarkAllReadAsync(Project project, long userId, CancellationToken cancellationToken) =>
        await MarkReadAsync(userId, await GetStatusAsync(project, userId, cancellationToken), cancellationToken);

    /// <summary>
    /// Marks everything as read that was unread in a status, durably before it returns. What was said since then stays unread: nobody was
    /// told of it.
    /// </summary>
    public ValueTask MarkReadAsync(long userId, UnreadStatus status, CancellationToken cancellationToken)
    {
        IEnumerable<ConversationState> states = [.. status.Peers, .. status.Groups];
        if (status.Broadcast is { } broadcast)
            states = states.Append(broadcast);
        var positions = states.Where(state => state.Unread > 0)
            .Select(state => new ReadPosition(state.Conversation, userId, state.Head.Sequence)).ToArray();
        return _positions.AdvanceNowAsync(positions, cancellationToken);
    }
}
