BEGIN TRANSACTION;
CREATE TABLE entries (
	number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	at DATETIME NOT NULL, 
	deploy VARCHAR(64), 
	app VARCHAR(64), 
	request VARCHAR(128), 
	kind VARCHAR(64) NOT NULL, 
	ends BOOLEAN NOT NULL, 
	payload TEXT NOT NULL
, token BIGINT NOT NULL DEFAULT 0);
INSERT INTO "entries" VALUES(1,'2026-01-01 12:00:00.000000',NULL,NULL,'C1/1.1','command_received',0,'{"request":"C1/1.1","person":{"id":"U1","name":"dana","local":false},"place":{"channel":"C1","thread":"1.1","direct":false},"text":"ship before"}',1);
INSERT INTO "entries" VALUES(2,'2026-01-01 12:00:00.000000','260101-090000-0a1b2c3d','web',NULL,'started',0,'{"deploy":"260101-090000-0a1b2c3d","app":"web","lock":"production","ref":"before","owner":{"id":"U1","name":"dana","local":false},"place":{"channel":"C1","thread":"1.1","direct":false}}',1);
INSERT INTO "entries" VALUES(3,'2026-01-01 12:00:00.000000','260101-090000-0a1b2c3d','web',NULL,'resolved',0,'{"deploy":"260101-090000-0a1b2c3d","app":"web","revision":{"ref":"before","commit":"95f041cb521e5146dcc4839d798f23d8f2d5a9c2","branch":"before","pull":null},"live":{"slot":"blue","deploy":null,"commit":null},"diff_url":null}',1);
INSERT INTO "entries" VALUES(4,'2026-01-01 12:00:00.000000','260101-090000-0a1b2c3d','web',NULL,'checks_reported',0,'{"deploy":"260101-090000-0a1b2c3d","app":"web","results":[{"name":"ci/build","verdict":"passed","detail":"","url":"https://github.example.com/acme/web/ci/ci/build"},{"name":"qa/sign-off","verdict":"passed","detail":"","url":"https://github.example.com/acme/web/ci/qa/sign-off"},{"name":"up to date","verdict":"passed","detail":"has everything that master has","url":"https://github.example.com/acme/web/compare/master...95f041cb521e5146dcc4839d798f23d8f2d5a9c2"}]}',1);
INSERT INTO "entries" VALUES(5,'2026-01-01 12:00:00.000000','260101-090000-0a1b2c3d','web',NULL,'image_resolved',0,'{"deploy":"260101-090000-0a1b2c3d","app":"web","image":{"reference":"registry.example.com/acme/web:95f041cb521e5146dcc4839d798f23d8f2d5a9c2","digest":"sha256:5375b0c487c8c48d0377d980e8c873eac959549b86961fe73a9cbc0ebb0763ec"}}',1);
INSERT INTO "entries" VALUES(6,'2026-01-01 12:00:00.000000','260101-090000-0a1b2c3d','web',NULL,'preparing',0,'{"deploy":"260101-090000-0a1b2c3d","app":"web","slot":"green","hosts":["web1","web2","web3"],"stable":[]}',1);
INSERT INTO "entries" VALUES(7,'2026-01-01 12:00:00.000000','260101-090000-0a1b2c3d','web',NULL,'host_ready',0,'{"deploy":"260101-090000-0a1b2c3d","app":"web","endpoint":{"host":"web1","address":"10.0.0.11","port":32768}}',1);
INSERT INTO "entries" VALUES(8,'2026-01-01 12:00:00.000000','260101-090000-0a1b2c3d','web',NULL,'host_ready',0,'{"deploy":"260101-090000-0a1b2c3d","app":"web","endpoint":{"host":"web2","address":"10.0.0.12","port":32768}}',1);
INSERT INTO "entries" VALUES(9,'2026-01-01 12:00:00.000000','260101-090000-0a1b2c3d','web',NULL,'host_ready',0,'{"deploy":"260101-090000-0a1b2c3d","app":"web","endpoint":{"host":"web3","address":"10.0.0.13","port":32768}}',1);
INSERT INTO "entries" VALUES(10,'2026-01-01 12:00:00.000000','260101-090000-0a1b2c3d','web',NULL,'connecting',0,'{"deploy":"260101-090000-0a1b2c3d","app":"web","endpoints":[{"host":"web1","address":"10.0.0.11","port":32768},{"host":"web2","address":"10.0.0.12","port":32768},{"host":"web3","address":"10.0.0.13","port":32768}]}',1);
INSERT INTO "entries" VALUES(11,'2026-01-01 12:00:00.000000','260101-090000-0a1b2c3d','web',NULL,'prepared',0,'{"deploy":"260101-090000-0a1b2c3d","app":"web"}',1);
INSERT INTO "entries" VALUES(12,'2026-01-01 12:00:00.000000','260101-090000-0a1b2c3d','web',NULL,'share_changing',0,'{"deploy":"260101-090000-0a1b2c3d","app":"web","by":{"id":"U1","name":"dana","local":false},"before":{"basis_points":0},"after":{"basis_points":10000}}',1);
INSERT INTO "entries" VALUES(13,'2026-01-01 12:00:00.000000','260101-090000-0a1b2c3d','web',NULL,'share_changed',0,'{"deploy":"260101-090000-0a1b2c3d","app":"web","by":{"id":"U1","name":"dana","local":false},"before":{"basis_points":0},"after":{"basis_points":10000}}',1);
INSERT INTO "entries" VALUES(14,'2026-01-01 12:00:00.000000','260101-090000-0a1b2c3d','web',NULL,'committing',0,'{"deploy":"260101-090000-0a1b2c3d","app":"web","by":{"id":"U1","name":"dana","local":false}}',1);
INSERT INTO "entries" VALUES(15,'2026-01-01 12:00:00.000000','260101-090000-0a1b2c3d','web',NULL,'merging',0,'{"deploy":"260101-090000-0a1b2c3d","app":"web","head":"95f041cb521e5146dcc4839d798f23d8f2d5a9c2"}',1);
INSERT INTO "entries" VALUES(16,'2026-01-01 12:00:00.000000','260101-090000-0a1b2c3d','web',NULL,'merged',0,'{"deploy":"260101-090000-0a1b2c3d","app":"web","commit":"d373dc4b0a01b66653596fe732cabe3171e9cac6"}',1);
INSERT INTO "entries" VALUES(17,'2026-01-01 12:00:00.000000','260101-090000-0a1b2c3d','web',NULL,'swapping',0,'{"deploy":"260101-090000-0a1b2c3d","app":"web","slot":"green"}',1);
INSERT INTO "entries" VALUES(18,'2026-01-01 12:00:00.000000','260101-090000-0a1b2c3d','web',NULL,'swapped',0,'{"deploy":"260101-090000-0a1b2c3d","app":"web","slot":"green","commit":"95f041cb521e5146dcc4839d798f23d8f2d5a9c2","merged":"d373dc4b0a01b66653596fe732cabe3171e9cac6","endpoints":[{"host":"web1","address":"10.0.0.11","port":32768},{"host":"web2","address":"10.0.0.12","port":32768},{"host":"web3","address":"10.0.0.13","port":32768}]}',1);
INSERT INTO "entries" VALUES(19,'2026-01-01 12:00:00.000000','260101-090000-0a1b2c3d','web',NULL,'retiring',0,'{"deploy":"260101-090000-0a1b2c3d","app":"web","slot":"blue","drain":30.0}',1);
INSERT INTO "entries" VALUES(20,'2026-01-01 12:00:00.000000','260101-090000-0a1b2c3d','web',NULL,'drained',0,'{"deploy":"260101-090000-0a1b2c3d","app":"web","slot":"blue","cut":0}',1);
INSERT INTO "entries" VALUES(21,'2026-01-01 12:00:00.000000','260101-090000-0a1b2c3d','web',NULL,'committed',1,'{"deploy":"260101-090000-0a1b2c3d","app":"web"}',1);
INSERT INTO "entries" VALUES(22,'2026-01-01 12:00:00.000000','260101-120000-4e5f6a7b','web',NULL,'started',0,'{"deploy":"260101-120000-4e5f6a7b","app":"web","lock":"production","ref":"feature-x","owner":{"id":"U1","name":"dana","local":false},"place":{"channel":"C1","thread":"1.1","direct":false}}',3);
INSERT INTO "entries" VALUES(23,'2026-01-01 12:00:00.000000','260101-120000-4e5f6a7b','web',NULL,'resolved',0,'{"deploy":"260101-120000-4e5f6a7b","app":"web","revision":{"ref":"feature-x","commit":"cb9f96002f4ef8718d456e8cc64d83b976f7a58f","branch":"feature-x","pull":null},"live":{"slot":"green","deploy":"260101-090000-0a1b2c3d","commit":"95f041cb521e5146dcc4839d798f23d8f2d5a9c2"},"diff_url":"https://github.example.com/acme/web/compare/95f041cb521e5146dcc4839d798f23d8f2d5a9c2...cb9f96002f4ef8718d456e8cc64d83b976f7a58f"}',3);
INSERT INTO "entries" VALUES(24,'2026-01-01 12:00:00.000000','260101-120000-4e5f6a7b','web',NULL,'checks_reported',0,'{"deploy":"260101-120000-4e5f6a7b","app":"web","results":[{"name":"ci/build","verdict":"passed","detail":"","url":"https://github.example.com/acme/web/ci/ci/build"},{"name":"qa/sign-off","verdict":"passed","detail":"","url":"https://github.example.com/acme/web/ci/qa/sign-off"},{"name":"up to date","verdict":"passed","detail":"has everything that master has","url":"https://github.example.com/acme/web/compare/master...cb9f96002f4ef8718d456e8cc64d83b976f7a58f"}]}',3);
INSERT INTO "entries" VALUES(25,'2026-01-01 12:00:00.000000','260101-120000-4e5f6a7b','web',NULL,'image_resolved',0,'{"deploy":"260101-120000-4e5f6a7b","app":"web","image":{"reference":"registry.example.com/acme/web:cb9f96002f4ef8718d456e8cc64d83b976f7a58f","digest":"sha256:459f56b848cc1ed8de8fc3dd1e571b39172cebe8ec0c39601106cde638fb2640"}}',3);
INSERT INTO "entries" VALUES(26,'2026-01-01 12:00:00.000000','260101-120000-4e5f6a7b','web',NULL,'preparing',0,'{"deploy":"260101-120000-4e5f6a7b","app":"web","slot":"blue","hosts":["web1","web2","web3"],"stable":[{"host":"web1","address":"10.0.0.11","port":32768},{"host":"web2","address":"10.0.0.12","port":32768},{"host":"web3","address":"10.0.0.13","port":32768}]}',3);
INSERT INTO "entries" VALUES(27,'2026-01-01 12:00:00.000000','260101-120000-4e5f6a7b','web',NULL,'host_ready',0,'{"deploy":"260101-120000-4e5f6a7b","app":"web","endpoint":{"host":"web1","address":"10.0.0.11","port":32769}}',3);
INSERT INTO "entries" VALUES(28,'2026-01-01 12:00:00.000000','260101-120000-4e5f6a7b','web',NULL,'host_ready',0,'{"deploy":"260101-120000-4e5f6a7b","app":"web","endpoint":{"host":"web2","address":"10.0.0.12","port":32769}}',3);
INSERT INTO "entries" VALUES(29,'2026-01-01 12:00:00.000000','260101-120000-4e5f6a7b','web',NULL,'host_ready',0,'{"deploy":"260101-120000-4e5f6a7b","app":"web","endpoint":{"host":"web3","address":"10.0.0.13","port":32769}}',3);
INSERT INTO "entries" VALUES(30,'2026-01-01 12:00:00.000000','260101-120000-4e5f6a7b','web',NULL,'connecting',0,'{"deploy":"260101-120000-4e5f6a7b","app":"web","endpoints":[{"host":"web1","address":"10.0.0.11","port":32769},{"host":"web2","address":"10.0.0.12","port":32769},{"host":"web3","address":"10.0.0.13","port":32769}]}',3);
INSERT INTO "entries" VALUES(31,'2026-01-01 12:00:00.000000','260101-120000-4e5f6a7b','web',NULL,'prepared',0,'{"deploy":"260101-120000-4e5f6a7b","app":"web"}',3);
INSERT INTO "entries" VALUES(32,'2026-01-01 12:00:00.000000','260101-120000-4e5f6a7b','web',NULL,'share_changing',0,'{"deploy":"260101-120000-4e5f6a7b","app":"web","by":{"id":"U1","name":"dana","local":false},"before":{"basis_points":0},"after":{"basis_points":2500}}',3);
INSERT INTO "entries" VALUES(33,'2026-01-01 12:00:00.000000','260101-120000-4e5f6a7b','web',NULL,'share_changed',0,'{"deploy":"260101-120000-4e5f6a7b","app":"web","by":{"id":"U1","name":"dana","local":false},"before":{"basis_points":0},"after":{"basis_points":2500}}',3);
INSERT INTO "entries" VALUES(34,'2026-01-01 12:00:00.000000','260101-120000-4e5f6a7b','web',NULL,'share_changing',0,'{"deploy":"260101-120000-4e5f6a7b","app":"web","by":{"id":"U1","name":"dana","local":false},"before":{"basis_points":2500},"after":{"basis_points":10000}}',3);
INSERT INTO "entries" VALUES(35,'2026-01-01 12:00:00.000000','260101-120000-4e5f6a7b','web',NULL,'share_changed',0,'{"deploy":"260101-120000-4e5f6a7b","app":"web","by":{"id":"U1","name":"dana","local":false},"before":{"basis_points":2500},"after":{"basis_points":10000}}',3);
INSERT INTO "entries" VALUES(36,'2026-01-01 12:00:00.000000','260101-120000-4e5f6a7b','web',NULL,'committing',0,'{"deploy":"260101-120000-4e5f6a7b","app":"web","by":{"id":"U1","name":"dana","local":false}}',3);
INSERT INTO "entries" VALUES(37,'2026-01-01 12:00:00.000000','260101-120000-4e5f6a7b','web',NULL,'merging',0,'{"deploy":"260101-120000-4e5f6a7b","app":"web","head":"cb9f96002f4ef8718d456e8cc64d83b976f7a58f"}',3);
INSERT INTO "entries" VALUES(38,'2026-01-01 12:00:00.000000','260101-120000-4e5f6a7b','web',NULL,'merge_failed',0,'{"deploy":"260101-120000-4e5f6a7b","app":"web","reason":"GitHub is not available: no answer within 10 s"}',3);
INSERT INTO "entries" VALUES(39,'2026-01-01 12:00:00.000000','260101-120000-4e5f6a7b','web',NULL,'committing',0,'{"deploy":"260101-120000-4e5f6a7b","app":"web","by":{"id":"U1","name":"dana","local":false}}',3);
INSERT INTO "entries" VALUES(40,'2026-01-01 12:00:00.000000','260101-120000-4e5f6a7b','web',NULL,'merging',0,'{"deploy":"260101-120000-4e5f6a7b","app":"web","head":"cb9f96002f4ef8718d456e8cc64d83b976f7a58f"}',3);
INSERT INTO "entries" VALUES(41,'2026-01-01 12:00:00.000000','260101-120000-4e5f6a7b','web',NULL,'merged',0,'{"deploy":"260101-120000-4e5f6a7b","app":"web","commit":"097e1edb93fa8b9c6a2bb16e9366ee1072223a60"}',3);
INSERT INTO "entries" VALUES(42,'2026-01-01 12:00:00.000000','260101-120000-4e5f6a7b','web',NULL,'swapping',0,'{"deploy":"260101-120000-4e5f6a7b","app":"web","slot":"blue"}',3);
INSERT INTO "entries" VALUES(43,'2026-01-01 12:00:00.000000','260101-120000-4e5f6a7b','web',NULL,'swapped',0,'{"deploy":"260101-120000-4e5f6a7b","app":"web","slot":"blue","commit":"cb9f96002f4ef8718d456e8cc64d83b976f7a58f","merged":"097e1edb93fa8b9c6a2bb16e9366ee1072223a60","endpoints":[{"host":"web1","address":"10.0.0.11","port":32769},{"host":"web2","address":"10.0.0.12","port":32769},{"host":"web3","address":"10.0.0.13","port":32769}]}',3);
INSERT INTO "entries" VALUES(44,'2026-01-01 12:00:00.000000','260101-120000-4e5f6a7b','web',NULL,'retiring',0,'{"deploy":"260101-120000-4e5f6a7b","app":"web","slot":"green","drain":30.0}',3);
INSERT INTO "entries" VALUES(45,'2026-01-01 12:00:00.000000','260101-120000-4e5f6a7b','web',NULL,'drained',0,'{"deploy":"260101-120000-4e5f6a7b","app":"web","slot":"green","cut":0}',3);
INSERT INTO "entries" VALUES(46,'2026-01-01 12:00:00.000000',NULL,NULL,NULL,'joined',0,'{"lock":"production","person":{"id":"U2","name":"kim","local":false},"place":{"channel":"C1","thread":"1.1","direct":false}}',3);
INSERT INTO "entries" VALUES(47,'2026-01-01 12:00:00.000000','260101-120000-4e5f6a7b','web',NULL,'committed',1,'{"deploy":"260101-120000-4e5f6a7b","app":"web"}',3);
INSERT INTO "entries" VALUES(48,'2026-01-01 12:00:00.000000',NULL,NULL,NULL,'command_ended',0,'{"request":"C1/1.1","outcome":"done"}',3);
INSERT INTO "entries" VALUES(49,'2026-01-01 12:00:00.000000',NULL,NULL,NULL,'turn_came',0,'{"lock":"production","person":{"id":"U2","name":"kim","local":false},"place":{"channel":"C1","thread":"1.1","direct":false}}',3);
INSERT INTO "entries" VALUES(50,'2026-01-01 12:00:00.000000',NULL,NULL,NULL,'left',0,'{"lock":"production","person":{"id":"U2","name":"kim","local":false}}',3);
INSERT INTO "entries" VALUES(51,'2026-01-01 12:00:00.000000',NULL,NULL,NULL,'ships_locked',0,'{"lock":"production","by":{"id":"U1","name":"dana","local":false},"reason":"lunch"}',3);
INSERT INTO "entries" VALUES(52,'2026-01-01 12:00:00.000000',NULL,NULL,NULL,'ships_unlocked',0,'{"lock":"production","by":{"id":"U1","name":"dana","local":false}}',3);
CREATE TABLE lease (
	one INTEGER NOT NULL, 
	token BIGINT NOT NULL, 
	session VARCHAR(32), 
	host VARCHAR(255), 
	process INTEGER, 
	control VARCHAR(255), 
	until DATETIME, 
	PRIMARY KEY (one), 
	UNIQUE (token)
);
INSERT INTO "lease" VALUES(1,3,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE schema_steps (
	version INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO "schema_steps" VALUES(1,'2026-01-01 12:00:00.000000');
INSERT INTO "schema_steps" VALUES(2,'2026-01-01 12:00:00.000000');
CREATE INDEX entries_of_kind ON entries (kind, app);
CREATE INDEX entries_of_deploy ON entries (deploy);
CREATE INDEX entries_of_request ON entries (request);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('entries',52);
COMMIT;
