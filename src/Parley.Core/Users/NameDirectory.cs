using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Parley.Core.Storage;

namespace Parley.Core.Users;

/// <summary>Translates between string ids and numbers, one directory per project for users and groups alike (DESIGN §2).</summary>
public sealed class NameDirectory
{
    private readonly INameStore _store;
    private readonly BoundedCache<(long ProjectId, string Name), long> _ids;
    private readonly BoundedCache<(long ProjectId, long Id), string?> _names;

    internal NameDirectory(INameStore store, CoreSettings settings)
    {
        _store = store;
        _ids = new(settings.CachedRelations, LoadIdAsync);
        _names = new(settings.CachedRelations, LoadNameAsync);
    }

    /// <summary>The number of a string id; a new one out of the band when the string is neither a number nor known.</summary>
    public async ValueTask<long> GetOrAddAsync(long projectId, string name, CancellationToken cancellationToken)
    {
        if (NameBand.TryParse(name, out var id))
            return id;
        id = await _ids.GetAsync((projectId, name));
        if (id != 0)
            return id;
        id = await _store.GetOrAddAsync(projectId, name, cancellationToken);
        _ids.Remove((projectId, name));
        _names.Remove((projectId, id));
        return id;
    }

    /// <summary>The number of a string id; 0 when the string is neither a number nor known.</summary>
    public ValueTask<long> FindAsync(long projectId, string name) =>
        NameBand.TryParse(name, out var id) ? new(id) : _ids.GetAsync((projectId, name));

    /// <summary>The string id of a number: its name when it was given to one, otherwise its decimal.</summary>
    public async ValueTask<string> GetNameAsync(long projectId, long id)
    {
        var name = NameBand.Contains(id) ? await _names.GetAsync((projectId, id)) : null;
        return name ?? id.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The string id of a number, when that needs no look-up in the store.</summary>
    public bool TryGetName(long projectId, long id, [NotNullWhen(true)] out string? name)
    {
        if (!NameBand.Contains(id))
            name = id.ToString(CultureInfo.InvariantCulture);
        else
            _names.TryGet((projectId, id), out name);
        return name is not null;
    }

    /// <summary>Whether a numeric protocol may use this id: positive, and given to a name if it lies in the band.</summary>
    public async ValueTask<bool> IsValidAsync(long projectId, long id) =>
        id > 0 && (!NameBand.Contains(id) || await _names.GetAsync((projectId, id)) is not null);

    /// <summary>Whether all of the ids are valid in a numeric protocol.</summary>
    public async ValueTask<bool> AreValidAsync(long projectId, IEnumerable<long> ids)
    {
        foreach (var id in ids)
        {
            if (!await IsValidAsync(projectId, id))
                return false;
        }
        return true;
    }

    private ValueTask<long> LoadIdAsync((long ProjectId, string Name) key) => _store.FindAsync(key.ProjectId, key.Name, CancellationToken.None);

    private async ValueTask<string?> LoadNameAsync((long ProjectId, long Id) key)
    {
        return await _store.FindNameAsync(key.ProjectId, key.Id, CancellationToken.None);
    }
}
