namespace Parley.Core.Storage;

/// <summary>The name directory of a project: a string that is not a number gets one out of the reserved band, once and for ever.</summary>
public interface INameStore
{
    /// <summary>The number of a name, given now if the name is new. Numbers are handed out in order from the start of the band.</summary>
    ValueTask<long> GetOrAddAsync(long projectId, string name, CancellationToken cancellationToken);

    /// <summary>The number of a name; 0 when it has none.</summary>
    ValueTask<long> FindAsync(long projectId, string name, CancellationToken cancellationToken);

    /// <summary>The name of a number of the band; null when it was never given.</summary>
    ValueTask<string?> FindNameAsync(long projectId, long id, CancellationToken cancellationToken);
}
