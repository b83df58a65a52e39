using Dispatcher.Dns.Wire;

namespace Dispatcher.Dns.Caching;

/// <param name="Name">Lower case, without the last dot.</param>
internal readonly record struct CacheKey(string Name, RecordType Type);
