using Microsoft.Extensions.Logging;
using Parley.Core.Sessions;

namespace Parley.Core.Groups;

/// <summary>
/// Tells sessions on this node what happened in groups. Called after the commit and after the caches forgot what was, with no lock held.
/// </summary>
internal sealed class GroupNotices(SessionRegistry sessions, ILogger logger)
{
    /// <summary>Tells the members, and those of the persons concerned who are none any more.</summary>
    /// <param name="projectId">The project.</param>
    /// <param name="members">The members, each once.</param>
    /// <param name="gone">Who must hear of it too; nobody of the members.</param>
    /// <param name="notices">What happened, in order.</param>
    public void Tell(long projectId, IReadOnlyList<long> members, IReadOnlyList<long> gone, params ReadOnlySpan<GroupNotice> notices)
    {
        if (notices.IsEmpty || sessions.Count == 0)
            return;
        for (var i = 0; i < members.Count; i++)
            TellUser(projectId, members[i], notices);
        for (var i = 0; i < gone.Count; i++)
            TellUser(projectId, gone[i], notices);
    }

    /// <summary>Tells a user who was asked into a group.</summary>
    public void Invite(long projectId, long userId, long groupId, long inviter)
    {
        if (sessions.Find(projectId, userId) is not { } presence)
            return;
        foreach (var session in presence.Sessions)
        {
            try
            {
                session.OnGroupInvitation(groupId, inviter);
            }
            catch (Exception exception)
            {
                logger.GroupNoticeFailed(exception, projectId, groupId);
            }
        }
    }

    private void TellUser(long projectId, long userId, ReadOnlySpan<GroupNotice> notices)
    {
        if (sessions.Find(projectId, userId) is not { } presence)
            return;
        foreach (var session in presence.Sessions)
        {
            try
            {
                foreach (var notice in notices)
                    session.OnGroupNotice(notice);
            }
            catch (Exception exception)
            {
                logger.GroupNoticeFailed(exception, projectId, notices[0].GroupId);
            }
        }
    }
}
