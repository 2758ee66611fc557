using Microsoft.Extensions.Logging;
using Parley.Core.Files;
using Parley.Core.Groups;
using Parley.Core.Projects;
using Parley.Core.Rooms;
using Parley.Core.Storage;

namespace Parley.Core.Messaging;

/// <summary>Reading, finding and deleting what was said.</summary>
public sealed class History
{
    private readonly IMessageStore _store;
    private readonly GroupDirectory _groups;
    private readonly RoomDirectory _rooms;
    private readonly FileService? _files;
    private readonly ILogger _logger;

    internal History(IMessageStore store, GroupDirectory groups, RoomDirectory rooms, FileService? files, ILogger logger)
    {
        _files = files;
        _logger = logger;
        _store = store;
        _groups = groups;
        _rooms = rooms;
    }

    /// <summary>Whether the user may read the conversation: members, those inside, the two of a pair, anybody for broadcast.</summary>
    public async ValueTask<CoreError> CheckReaderAsync(Project project, ConversationKey conversation, long userId)
    {
        switch (conversation.Kind)
        {
            case ConversationKind.PeerToPeer:
                return conversation.First > 0 && (conversation.First == userId || conversation.Second == userId)
                    ? CoreError.None : CoreError.InvalidId;
            case ConversationKind.Group:
                if (conversation.First <= 0)
                    return CoreError.InvalidId;
                return await _groups.IsMemberAsync(project, conversation.First, userId) ? CoreError.None : CoreError.NotGroupMember;
            case ConversationKind.Room:
                if (conversation.First <= 0)
                    return CoreError.InvalidId;
                return _rooms.Contains(project.Id, conversation.First, userId) ? CoreError.None : CoreError.NotInRoom;
            case ConversationKind.Broadcast:
                return CoreError.None;
            default:
                throw new ArgumentOutOfRangeException(nameof(conversation));
        }
    }

    /// <summary>The newest message of a conversation.</summary>
    public ValueTask<ConversationHead> GetHeadAsync(ConversationKey conversation, CancellationToken cancellationToken) =>
        _store.GetHeadAsync(conversation, cancellationToken);

    /// <summary>A page of visible messages.</summary>
    public ValueTask<IReadOnlyList<Message>> GetPageAsync(PageQuery query, CancellationToken cancellationToken) =>
        _store.GetPageAsync(query, cancellationToken);

    /// <summary>A window of messages by time.</summary>
    public ValueTask<IReadOnlyList<Message>> GetWindowAsync(WindowQuery query, CancellationToken cancellationToken) =>
        _store.GetWindowAsync(query, cancellationToken);

    /// <summary>The newest message with this sender and <c>mid</c> that was not deleted; null when there is none.</summary>
    public async ValueTask<Message?> FindAsync(
        ConversationKey conversation, long sender, long messageId, CancellationToken cancellationToken) =>
        await _store.FindAsync(conversation, sender, messageId, cancellationToken) is { IsDeleted: false } message ? message : null;

    /// <summary>
    /// Deletes the newest message with this sender and <c>mid</c>, and the file that it is, if it is one. False when there is none.
    /// </summary>
    public async ValueTask<bool> DeleteAsync(
        ConversationKey conversation, long sender, long messageId, CancellationToken cancellationToken)
    {
        if (await FindAsync(conversation, sender, messageId, cancellationToken) is not { } message
            || !await _store.DeleteAsync(conversation, message.Sequence, cancellationToken))
        {
            return false;
        }
        if (message.File != FileKind.None && _files is not null)
        {
            try
            {
                await _files.RemoveOfAsync(message, CancellationToken.None);
            }
            catch (Exception exception) when (exception is IOException or StoreException)
            {
                _logger.FileRemovalFailed(exception); // the message is deleted; what is left of its file goes with time
            }
        }
        return true;
    }
}
