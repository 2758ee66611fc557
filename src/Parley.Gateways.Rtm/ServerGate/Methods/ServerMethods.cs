using Parley.Core;
using Parley.Core.Projects;
using Parley.Core.Users;
using Parley.Gateways.Rtm.Fpnn;

namespace Parley.Gateways.Rtm.ServerGate.Methods;

/// <summary>What the families of server-gate methods have in common. The sign was checked before any of them is called.</summary>
internal abstract class ServerMethods(ParleyCore core) : QuestFamily(core)
{
    /// <summary>The project whose back end asks.</summary>
    protected static Project ProjectOf(Quest quest) => quest.Project!;

    /// <summary>A user of the caller's project.</summary>
    protected static UserKey UserOf(Quest quest, long uid) => new(ProjectOf(quest).Id, uid);

    /// <summary>Whether the uid, gid or rid may be used (rtm-client.md §1.1); otherwise the quest is refused with 200001.</summary>
    protected ValueTask<bool> IsValidAsync(Quest quest, long id)
    {
        if (id > 0 && !NameBand.Contains(id))
            return new(true);
        return CheckAsync(quest, id);
    }

    /// <summary>Whether both may be used.</summary>
    protected async ValueTask<bool> AreValidAsync(Quest quest, long id, long other) =>
        await IsValidAsync(quest, id) && await IsValidAsync(quest, other);

    private async ValueTask<bool> CheckAsync(Quest quest, long id)
    {
        if (await Core.Names.IsValidAsync(ProjectOf(quest).Id, id))
            return true;
        Refuse(quest, CoreError.InvalidId);
        return false;
    }
}
