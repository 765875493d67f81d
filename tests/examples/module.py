#!/usr/bin/env python3
"""Takes a folder in as the Python module does, over asyncpg, twice: prints the seconds of either run.

    python3 module.py postgres://USER@HOST/DATABASE FOLDER

The table has the module's columns and indexes and is made anew in a schema of its own. A file is read by
a thread of the usual executor and upserted in a transaction of its own, all of them gathered at once over
a pool of 5 to 20 connections. The folders below are taken in, too, so a code is the whole path.
"""
import asyncio
import pathlib
import sys
import time

import asyncpg

TABLE = """
DROP SCHEMA IF EXISTS python_module CASCADE;
CREATE SCHEMA python_module;
SET search_path = python_module;
CREATE TABLE document (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), code text UNIQUE NOT NULL, name varchar(255) NOT NULL,
    content text NOT NULL, created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now()
);
CREATE INDEX ON document (name);
CREATE INDEX ON document (created_at DESC);
CREATE INDEX ON document USING gin (to_tsvector('english', content));
"""
UPSERT = """
INSERT INTO document (name, code, content) VALUES ($1, $2, $3)
ON CONFLICT (code) DO UPDATE SET name = excluded.name, content = excluded.content, updated_at = now()
RETURNING id, code, name, created_at, updated_at
"""


async def take_in(pool, files):
    loop = asyncio.get_running_loop()

    async def one(path):
        content = await loop.run_in_executor(None, path.read_text, "utf-8")
        async with pool.acquire() as connection, connection.transaction():
            return dict(await connection.fetchrow(UPSERT, path.name, str(path), content))

    start = time.perf_counter()
    await asyncio.gather(*map(one, files))
    return time.perf_counter() - start


async def main(url, folder):
    connection = await asyncpg.connect(url)
    await connection.execute(TABLE)
    await connection.close()
    files = sorted(pathlib.Path(folder).rglob("*.md"))
    settings = {"search_path": "python_module", "timezone": "UTC"}
    async with asyncpg.create_pool(url, min_size=5, max_size=20, server_settings=settings) as pool:
        for _ in range(2):
            print(await take_in(pool, files))


asyncio.run(main(*sys.argv[1:]))
