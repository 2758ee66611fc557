namespace Parley.Bench.Client;

/// <summary>
/// Makes the runtime's socket engine a plain event loop: completions run on the thread that saw the socket become readable, so a
/// message costs no switch of threads. Few such threads own all connections.
/// </summary>
/// <remarks>The runtime reads both variables once, at the first use of a socket. A server that is started gets them taken away.</remarks>
internal static class SocketEngine
{
    private const string Inline = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
    private const string Threads = "DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT";

    /// <summary>Half of the processors, at most four: the server needs the rest.</summary>
    public static int DefaultThreads => Math.Clamp(Environment.ProcessorCount / 2, 1, 4);

    /// <summary>Prepares this process. To be called before any socket is used.</summary>
    public static void Configure(int threads)
    {
        Environment.SetEnvironmentVariable(Inline, "1");
        Environment.SetEnvironmentVariable(Threads, threads.ToString());
    }

    /// <summary>Takes the variables out of a child's environment.</summary>
    public static void Remove(IDictionary<string, string?> environment)
    {
        environment.Remove(Inline);
        environment.Remove(Threads);
    }
}
